import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { localBackend } from '../../../lib/backends/local/index.js';
import { atEnd } from '../../support/at-end.js';
import { probe } from '../../support/probe.js';
import { needs, skip } from '../../support/skip.js';
import type { ChildArguments } from './child.js';
import { LAB } from './labs.js';

const CHILD = path.join(import.meta.dirname, 'child.ts');

/** For a suite that needs a server here, and what Linux tells of its processes. */
export async function needsServer(this: Mocha.Context): Promise<void> {
  if (process.platform !== 'linux') skip(this, 'Linux');
  const lacks = await localBackend(LAB, { stateHome: '/nonexistent' }).preflight({});
  const missing = lacks.filter(({ code }) => code === 'redis-server');
  needs(this, missing.length === 0 ? undefined : 'a Redis server of this machine');
}

/** Another redis-lab; see child.ts. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<NodeJS.Signals | number | null>;
  readonly #lines: AsyncIterator<string>;

  constructor(mode: string, args: ChildArguments) {
    this.process = spawn(process.execPath, [probe(CHILD), mode, JSON.stringify(args)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = this.process;
    if (!stdout) throw new Error('the child has no standard output');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.ended = once(this.process, 'close').then(([code, signal]) => signal ?? code);
    children.add(this);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the child said no more and ended with ${await this.ended}`);
    return value;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

const children = new Set<Child>();

/** Some program of the test's own, which nobody else may end. */
export function bystander(where: Pick<SpawnOptions, 'cwd' | 'argv0'> = {}): ChildProcess {
  const sleeper = spawn('sleep', ['600'], { stdio: 'ignore', ...where });
  sleepers.add(sleeper);
  return sleeper;
}

const sleepers = new Set<ChildProcess>();

/** Takes a port until it is given back. */
export async function occupy(host: string, port: number): Promise<net.Server> {
  const server = net.createServer((socket) => socket.destroy());
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  servers.add(server);
  return server;
}

export async function release(server: net.Server): Promise<void> {
  servers.delete(server);
  server.close();
  await once(server, 'close');
}

const servers = new Set<net.Server>();

atEnd('test', async () => {
  for (const child of children) child.process.kill('SIGKILL');
  for (const sleeper of sleepers) sleeper.kill('SIGKILL');
  for (const server of servers) await release(server);
  children.clear();
  sleepers.clear();
});
