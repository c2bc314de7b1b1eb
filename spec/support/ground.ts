/** The ground that the system suites run in (see `spec/ground/run`), and what all of them use. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { type Outcome, redisLab, redisLabProcess } from './cli.js';

/** Set by `spec/ground/run`. Without a ground nothing here may run, since packets for 192.168.100.x would leave the machine. */
const { REDIS_LAB_GROUND, REDIS_LAB_SOURCES } = process.env;
if (!REDIS_LAB_GROUND || !REDIS_LAB_SOURCES) {
  throw new Error(
    'These tests need a ground. Run them so: npm run test:incus, npm run test:vagrant',
  );
}
const GROUND: string = REDIS_LAB_GROUND;
const SOURCES: string = REDIS_LAB_SOURCES;

/** The sources of Debian's packages, by their names in the sources folder. */
export const SOURCE_SHA256 = {
  'redis-7.0.15': '4b1dc4ee6d622a09fff9c6777191209750fb5e5a725ef78ea012d6eef4c22982',
  'redis-8.0.2': 'caf3c0069f06fc84c5153bd2a348b204c578de80490c73857bee01d9b5d7401f',
  'valkey-8.1.1': '75b7e9c18479c7c1b2d893d2ec3738678e5248454bef721c9abfd7971595e741',
} as const;

export function sourceFile(name: keyof typeof SOURCE_SHA256): string {
  return path.join(SOURCES, `${name}.tar.gz`);
}

/** @param member of a cluster */
export async function daemon(
  action: 'stop' | 'kill' | 'start',
  ...member: readonly ('one' | 'two')[]
): Promise<void> {
  await execa(path.join(GROUND, 'daemon'), [action, ...member], {
    stdio: 'inherit',
    timeout: 60_000,
  });
}

/** Process id of the ground's own daemon. */
export function daemonProcess(): number {
  const place = path.dirname(String(process.env['LXD_DIR']));
  return Number(fs.readFileSync(path.join(place, 'daemon.pid'), 'utf8'));
}

/** A user's folder: working directory, state, cache. */
export class User {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-user-'));
  readonly env: Readonly<Record<string, string>> = {
    XDG_STATE_HOME: path.join(this.folder, 'state'),
    XDG_CACHE_HOME: path.join(this.folder, 'cache'),
    NO_COLOR: '1',
  };

  readonly #deadlineMs: number;

  /** @param deadlineMs milliseconds for each command; default 25 minutes, for what is stuck and not for what is slow */
  constructor(deadlineMs = 1_500_000) {
    this.#deadlineMs = deadlineMs;
  }

  /** Runs `redis-lab` to its end. */
  async run(...args: string[]): Promise<Outcome> {
    return redisLab(this.folder, args, { env: this.env, timeout: this.#deadlineMs });
  }

  start(...args: string[]) {
    return redisLabProcess(this.folder, args, { env: this.env, timeout: this.#deadlineMs });
  }

  write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Gives the user what a first `up` of Redis 7.0.15 from source would have left in the cache. */
export async function keepBuild(user: User): Promise<void> {
  const folder = String(process.env['REDIS_LAB_BUILDS']);
  const [build = ''] = fs.readdirSync(folder).filter((name) => name.endsWith('.tar.gz'));
  const added = await user.run('cache', 'add', path.join(folder, build));
  expect(added.exitCode, added.stderr).to.equal(0);
}

/** Serves files on loopback, as a mirror would, and counts what is asked for. */
export class Mirror {
  readonly asked: string[] = [];
  readonly #server: http.Server;

  private constructor(files: Readonly<Record<string, string>>) {
    this.#server = http.createServer((request, response) => {
      const name = (request.url ?? '').slice(1);
      this.asked.push(name);
      const file = files[name];
      if (file === undefined) response.writeHead(404).end();
      else fs.createReadStream(file).pipe(response);
    });
  }

  static async serving(files: Readonly<Record<string, string>>): Promise<Mirror> {
    const mirror = new Mirror(files);
    await new Promise<void>((resolve) => mirror.#server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
