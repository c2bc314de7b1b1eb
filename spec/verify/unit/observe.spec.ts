import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { parseSpec } from '../../../lib/spec/parse.js';
import { Observer } from '../../../lib/verify/observe.js';

describe('a look at a lab', () => {
  const sockets = new Set<Socket>();
  /** Says no to whatever it is asked, as a Sentinel does that watches no such master. */
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const asked = String(data).match(/^\*\d+\r$/gm)?.length ?? 1;
      socket.write('-ERR No such master with that name\r\n'.repeat(asked));
    });
  });

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(() => {
    server.close();
  });

  it('asks a server that says no over the same connection again, and leaves none open', async () => {
    const lab = parseSpec({});
    const { port: sentinelPort } = server.address() as AddressInfo;
    const nodes = lab.nodes
      .slice(0, 1)
      .map((node) => ({ ...node, ip: '127.0.0.1', runsRedis: false, sentinelPort }));
    const said = 'ERR No such master with that name';
    const observer = new Observer({ ...lab, nodes });
    for (let looks = 0; looks < 5; looks++) {
      const { nodes: seen } = await observer.look();
      expect(seen[0]?.sentinel).to.deep.equal({ silent: said, refusal: said });
      expect(sockets.size).to.equal(1);
    }
    observer.close();
    await Promise.all([...sockets].map((socket) => socket.destroyed || once(socket, 'close')));
    expect(sockets.size).to.equal(0);
  });
});
