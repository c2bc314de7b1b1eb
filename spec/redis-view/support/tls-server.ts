/** A Redis server of this machine with TLS and without, users, and the certificates for it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Connection } from '../../../lib/redis-view/connection.js';
import { REDIS } from '../../readers/support/engines.js';
import { SEARCHED } from '../../readers/support/run.js';
import { until } from '../../support/at-work.js';

export const PASSWORD = 'of-the-reader';

export class TlsServer {
  readonly #folder: string;
  readonly #process: ReturnType<typeof spawn>;
  readonly port: number;
  readonly tlsPort: number;

  private constructor(folder: string, port: number, tlsPort: number) {
    this.#folder = folder;
    this.port = port;
    this.tlsPort = tlsPort;
    const lines = [
      `bind 127.0.0.1`,
      `port ${port}`,
      `tls-port ${tlsPort}`,
      'tls-ca-cert-file ca.pem',
      'tls-cert-file server.pem',
      'tls-key-file key.pem',
      'save ""',
      `user reader on >${PASSWORD} ~* &* +@all`,
    ];
    fs.writeFileSync(this.file('redis.conf'), `${lines.join('\n')}\n`);
    this.#process = spawn(REDIS.program, ['redis.conf'], {
      cwd: folder,
      argv0: REDIS.name,
      stdio: 'ignore',
      env: { PATH: SEARCHED.join(path.delimiter) },
    });
  }

  static async in(folder: string): Promise<TlsServer> {
    certify(folder);
    const server = new TlsServer(folder, await freePort(), await freePort());
    await until(async () => {
      if (server.#process.exitCode !== null) throw new Error('the server has ended');
      const answer = Connection.open({ host: '127.0.0.1', port: server.port });
      return answer.then(
        (connection) => {
          connection.close();
          return true;
        },
        () => false,
      );
    });
    return server;
  }

  file(name: string): string {
    return path.join(this.#folder, name);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/** `ca.pem` vouches for `server.pem` at 127.0.0.1 and for `client.pem`; `other.pem` for nobody here. */
function certify(folder: string): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore', timeout: 60_000 });
  const key = (name: string) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', name);
  for (const name of ['ca', 'other']) {
    key(`${name}.key`);
    const request = ['-x509', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`];
    openssl('req', ...request, '-days', '2', '-out', `${name}.pem`);
  }
  key('key.pem');
  fs.writeFileSync(path.join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
  for (const name of ['server', 'client']) {
    openssl('req', '-new', '-key', 'key.pem', '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-days', '2', '-out', `${name}.pem`);
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
