import { expect } from 'chai';
import { clientArgs, clientLine } from '../../lib/render/client-args.js';

const TLS = { ca: '/home/a b/ca.pem', cert: '/c.pem', key: '/k.pem' };

describe('what redis-cli is told', () => {
  it('is where the server is, and on its own machine only the port', () => {
    expect(clientArgs({ host: '10.0.0.1', port: 6379 }).join(' ')).to.equal('-h 10.0.0.1 -p 6379');
    expect(clientArgs({ port: 7000 })).to.deep.equal(['-p', '7000']);
  });

  it('is the user, and the files of TLS', () => {
    const target = { host: '10.0.0.1', port: 6379, auth: { user: 'reader' }, tls: TLS };
    expect(clientArgs(target).join(' ')).to.equal(
      '-h 10.0.0.1 -p 6379 --user reader --cacert /home/a b/ca.pem --cert /c.pem --key /k.pem --tls',
    );
    expect(clientArgs({ port: 1, tls: { ca: '/ca.pem' } }).join(' ')).to.equal(
      '-p 1 --cacert /ca.pem --tls',
    );
  });

  it('is in a line for a shell with the password from its file, quoted where it must be', () => {
    const target = { host: '10.0.0.1', port: 6379, tls: TLS };
    expect(clientLine(target, "/it's")).to.equal(
      `REDISCLI_AUTH="$(cat '/it'\\''s')" redis-cli -h 10.0.0.1 -p 6379 --cacert '/home/a b/ca.pem' --cert /c.pem --key /k.pem --tls`,
    );
    expect(clientLine({ port: 6379 }, null)).to.equal('redis-cli -p 6379');
  });
});
