/** What check --fix makes of a damaged configuration, read by real servers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { mending, writeMended } from '../../lib/lab/fix.js';
import { damaged } from '../redis-conf/support/damaged.js';
import { type Engine, versionOf } from './support/engines.js';
import { readers } from './support/readers.js';
import { scratchFiles } from './support/scratch.js';
import { CASES } from './support/server-cases.js';

for (const [title, { needs, engine }] of Object.entries(CASES)) {
  readers(`check --fix, beside ${title}`, needs, () => suite(engine));
}

function suite(engineOf: () => Engine): void {
  const engine = engineOf();
  const options = {
    engine: engine.name === 'valkey-server' ? ('valkey' as const) : ('redis' as const),
    version: versionOf(engine),
  };

  it('has a server read what was meant', async () => {
    for (const { name, text, right } of fc.sample(damaged, { numRuns: 12, seed: 19 })) {
      const folder = scratchFiles('fix', { [`wrong/${name}`]: text, [`right/${name}`]: right });
      const file = path.join(folder, 'wrong', name);
      writeMended(await mending([file], options));
      const expected = await settings(path.join(folder, 'right'), name);
      expect(
        await settings(path.join(folder, 'wrong'), name),
        readFileSync(file, 'utf8'),
      ).to.deep.equal(expected);
    }
  });

  /** All that the server has read. */
  async function settings(folder: string, name: string): Promise<unknown> {
    const isSentinel = name === 'sentinel.conf';
    const own = isSentinel ? ['--sentinel'] : [];
    const args = [...engine.args, name, '--port', '0', '--unixsocket', 'socket', ...own];
    const child = spawn(engine.program, args, { argv0: engine.name, cwd: folder, stdio: 'pipe' });
    const gone = once(child, 'close');
    const password = isSentinel ? {} : { password: '3f9a0c81b27d' };
    const client = new Redis({
      path: path.join(folder, 'socket'),
      lazyConnect: true,
      retryStrategy: null,
      ...password,
    });
    try {
      await standing(child);
      await client.connect();
      if (isSentinel) return reconfigured(await client.call('SENTINEL', 'MASTER', 'mymaster'));
      const all = record(await client.call('CONFIG', 'GET', '*'));
      return { ...all, dir: undefined };
    } finally {
      client.disconnect();
      child.kill('SIGKILL');
      await gone;
    }
  }
}

function record(answer: unknown): Record<string, string> {
  const words = answer as string[];
  return Object.fromEntries(
    words.flatMap((word, at) => (at % 2 ? [] : [[word, words[at + 1] ?? '']])),
  );
}

/** What of a master comes from the file. */
function reconfigured(answer: unknown) {
  const { name, ip, port, quorum, ...rest } = record(answer);
  const times = ['down-after-milliseconds', 'failover-timeout', 'parallel-syncs'];
  return { name, ip, port, quorum, ...Object.fromEntries(times.map((each) => [each, rest[each]])) };
}

async function standing(child: ChildProcess): Promise<void> {
  let said = '';
  const stands = new Promise<void>((resolve) => {
    child.stdout?.on('data', (part) => {
      said += part;
      if (/Ready to accept connections|monitor master/i.test(said)) resolve();
    });
  });
  const ended = once(child, 'close').then(() => {
    throw new Error(`the server ended: ${said}`);
  });
  await Promise.race([stands, ended]);
}
