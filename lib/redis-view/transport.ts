/** Options of ioredis for an endpoint with TLS, or one that this machine cannot connect to directly. */
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { RedisOptions } from 'ioredis';
import type { Tls } from '../model/reach.js';
import { readIfAny } from '../workspace/inspect.js';
import type { Endpoint } from './endpoints.js';

type TransportOptions = Pick<RedisOptions, 'tls' | 'Connector' | 'noDelay' | 'keepAlive'>;

/** @throws Error when a file for TLS cannot be read, or there is no connection within that many milliseconds */
export async function transportOptions(
  endpoint: Endpoint,
  withinMs: number,
): Promise<TransportOptions> {
  const { host, port, via } = endpoint;
  const secure = endpoint.tls && { host, ...filesOf(endpoint.tls) };
  if (!via) return secure ? { tls: secure } : {};
  const plain = (await via(host, port, withinMs)) as Duplex;
  const stream = secure ? await secured(plain, secure, withinMs) : plain;
  const { AbstractConnector } = await import('./client.js');
  class Given extends AbstractConnector {
    async connect() {
      // With noDelay and keepAlive off, ioredis uses nothing but what every stream has.
      return stream as tls.TLSSocket;
    }
    override disconnect() {
      stream.destroy();
    }
  }
  const options = { Connector: Given, noDelay: false, keepAlive: null };
  return options as unknown as TransportOptions;
}

function filesOf({ ca, cert, key }: Tls): tls.SecureContextOptions {
  return {
    ca: read(ca),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
  };
}

function read(file: string): string {
  const text = readIfAny(file);
  // Without a CA, every certificate that the system trusts would be accepted.
  if (!text?.trim()) throw new Error(`${file}, which TLS needs, is empty or cannot be read`);
  return text;
}

async function secured(
  socket: Duplex,
  options: tls.ConnectionOptions,
  withinMs: number,
): Promise<Duplex> {
  const stream = tls.connect({ ...options, socket });
  // Errors reach those who use the stream as well; without a listener, a second one would end this process.
  stream.on('error', () => undefined);
  stream.once('close', () => socket.destroy());
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => stream.destroy(new Error('no TLS within its time')), withinMs);
    stream.once('secureConnect', () => {
      clearTimeout(late);
      resolve(stream);
    });
    stream.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('close', () => stream.destroy(new Error('the connection was closed')));
  });
}
