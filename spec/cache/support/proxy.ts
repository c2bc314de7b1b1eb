/** A proxy and servers behind it, on loopback, that keep what they were asked. */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

export interface Asked {
  /** `GET http://name/path` or `CONNECT name:port`. */
  readonly line: string;
  readonly authorization: string | undefined;
}

export type Manner = 'serves' | 'refuses' | 'is silent';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Leads every name to loopback, as a proxy that resolves names by itself would. */
export async function startProxy(manner: Manner): Promise<Listening & { readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const note = ({ method, url, headers }: http.IncomingMessage) =>
    asked.push({ line: `${method} ${url}`, authorization: headers['proxy-authorization'] });
  const server = http.createServer((request, response) => {
    note(request);
    if (manner === 'is silent') return;
    if (manner === 'refuses') {
      response.writeHead(403).end();
      return;
    }
    const { port, pathname } = new URL(request.url ?? '');
    const onwards = http.get({ host: '127.0.0.1', port, path: pathname }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.writeHead(502).end());
  });
  server.on('connect', (request, client: net.Socket) => {
    note(request);
    client.on('error', () => undefined);
    if (manner === 'is silent') return;
    if (manner === 'refuses') {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const onwards = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      onwards.pipe(client).pipe(onwards);
    });
    onwards.on('error', () => client.destroy());
  });
  return { asked, ...(await listening(server)) };
}

export async function listening(server: http.Server): Promise<Listening> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
