/** Who answers at an address that another program may have taken. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { whoAnswers } from '../../../lib/backends/local/answer.js';

describe('asking who answers at an address', () => {
  let server: net.Server | undefined;
  afterEach(() => server?.close());

  async function answerOf(speak: (socket: net.Socket) => void): Promise<number | string> {
    server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      speak(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return whoAnswers('127.0.0.1', (server.address() as AddressInfo).port);
  }

  it('hears the process id of a server', async () => {
    expect(await answerOf((socket) => socket.write('$20\r\nprocess_id:42\r\n\r\n'))).to.equal(42);
  });

  it('ends where a program goes on talking for ever', async () => {
    const answer = await answerOf((socket) => {
      socket.write('$');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    expect(answer).to.equal('no answer within 1000 ms');
  });

  it('does not read more than an answer has', async () => {
    const answer = await answerOf((socket) => {
      const flood = () => {
        while (!socket.destroyed && socket.write(`$${'x'.repeat(65_536)}`));
      };
      socket.on('drain', flood);
      flood();
    });
    expect(answer).to.match(/^it says "\$x+"$/);
  });
});
