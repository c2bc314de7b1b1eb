import { expect } from 'chai';
import type { LabConnection } from '../../lib/report/connection.js';
import { connectionReport } from '../../lib/report/connection-text.js';
import { englishWords } from './support/indonesian.js';

const naming = {
  lab: 'one',
  backend: 'incus',
  exec: (node: string, ...argv: readonly string[]) => `redis-lab exec ${node} -- ${argv.join(' ')}`,
};

const connection: LabConnection = {
  direct: true,
  masterName: 'mymaster',
  sentinels: [{ node: 'slave1', host: '10.0.0.12', port: 26379 }],
  servers: [
    { node: 'slave1', host: '10.0.0.12', port: 6379, role: 'replica' },
    { node: 'master', host: '10.0.0.11', port: 6379, role: 'master' },
  ],
  passwordFile: null,
  password: undefined,
};

/** The lines after a title, up to the next empty one. */
function below(report: string, title: string): string[] {
  const lines = report.split('\n');
  const rest = lines.slice(lines.indexOf(title) + 1);
  return rest.slice(0, rest.indexOf('')).map((line) => line.trim());
}

describe("how a client of one's own gets into a lab", () => {
  it('is by the addresses, with the password from its file', () => {
    const report = connectionReport(naming, { ...connection, passwordFile: '/home/ann/a lab' });
    expect(below(report, 'With redis-cli:')).to.deep.equal([
      `REDISCLI_AUTH="$(cat '/home/ann/a lab')" redis-cli -h 10.0.0.11 -p 6379`,
      `REDISCLI_AUTH="$(cat '/home/ann/a lab')" redis-cli -h 10.0.0.12 -p 26379 sentinel get-master-addr-by-name mymaster`,
    ]);
  });

  it('is on a node, where this machine has no address in the network of the lab', () => {
    const report = connectionReport(naming, { ...connection, direct: false });
    expect(below(report, 'With redis-cli:')).to.deep.equal([
      'redis-lab exec master -- redis-cli -p 6379',
      'redis-lab exec slave1 -- redis-cli -p 26379 sentinel get-master-addr-by-name mymaster',
    ]);
    expect(report).to.include('\nWith ioredis, which follows a failover, on a node:\n');
  });

  it("is on a client of the lab's own as well, where the nodes have names", () => {
    const clients = ['client1', 'web'];
    const title = 'On client1, which knows the nodes by their names:';
    expect(below(connectionReport(naming, { ...connection, clients }), title)).to.deep.equal([
      'redis-lab exec client1 -- redis-cli -h slave1 -p 26379 sentinel get-master-addr-by-name mymaster',
    ]);
    const report = connectionReport(naming, { ...connection, clients }, 'id');
    expect(englishWords(report)).to.deep.equal([]);
  });

  it('is told in the language of the lab', () => {
    const report = connectionReport(naming, { ...connection, direct: false }, 'id');
    expect(englishWords(report)).to.deep.equal([]);
    expect(below(report, 'Dengan redis-cli:')).to.have.lengthOf(2);
    expect(report).to.include('\nkata sandi   tidak ada\n');
  });
});
