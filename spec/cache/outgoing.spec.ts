import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Outgoing } from '../../lib/cache/outgoing.js';

describe('requests through one proxy by two variables', () => {
  it('tell it the user of each', async () => {
    const users: string[] = [];
    const note = ({ headers }: http.IncomingMessage) => {
      const [, encoded = ''] = headers['proxy-authorization']?.split(' ') ?? [];
      users.push(Buffer.from(encoded, 'base64').toString());
    };
    const proxy = http.createServer((request, response) => {
      note(request);
      response.end();
    });
    proxy.on('connect', (request, socket) => {
      note(request);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      await using outgoing = new Outgoing({
        http_proxy: `http://plain:1@${at}`,
        https_proxy: `http://secure:2@${at}`,
      });
      await outgoing.fetch('http://x.example/', {});
      await outgoing.fetch('https://x.example/', {}).catch(() => undefined);
      expect(users).to.deep.equal(['plain:1', 'secure:2']);
    } finally {
      proxy.close();
    }
  });
});
