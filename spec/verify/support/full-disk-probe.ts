/**
 * Runs in mount and process namespaces of its own, as root: has labs on a disk that gets full, and tells on lines of JSON
 * what redis-lab says of them. The disk, and whatever still runs, are gone with the namespaces.
 *
 *   full-disk-probe.ts FOLDER
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { examine } from '../../../lib/doctor/examine.js';
import { RedisLabError } from '../../../lib/errors.js';
import { buildLab, type RunningLab } from '../../../lib/index.js';

const [, , folder = ''] = process.argv;
const BIG = 'x'.repeat(3000);

function tell(where: string, what: unknown): void {
  process.stdout.write(`${JSON.stringify({ where, what })}\n`);
}

/** A disk of so many MB in place of a folder, with what is in that. */
function mount(place: string, mb: number): void {
  const kept = fs.existsSync(place) ? fs.mkdtempSync(path.join(folder, 'kept-')) : undefined;
  if (kept) fs.cpSync(place, kept, { recursive: true });
  fs.mkdirSync(place, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=0700`, 'tmpfs', place]);
  if (kept) fs.cpSync(kept, place, { recursive: true });
}

/** Takes all room that is left; gives what gives it back. */
function fill(place: string): () => void {
  const file = path.join(place, 'ballast');
  const handle = fs.openSync(file, 'w');
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) fs.writeSync(handle, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  fs.closeSync(handle);
  return () => fs.rmSync(file);
}

/** What came of it: its result, or the code and the text of its error. */
async function tried(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (result) => result ?? null,
    (error: Error) =>
      error instanceof RedisLabError
        ? { code: error.code, exitCode: error.exitCode, said: error.message }
        : { said: error.message },
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not come to that: ${isSo}`);
    await sleep(100);
  }
}

async function cli(running: RunningLab, node: string, ...words: string[]): Promise<string> {
  return (await running.exec(node, ['redis-cli', ...words])).stdout.trim();
}

const problems = async (running: RunningLab) => (await running.status()).problems;

async function claim(running: RunningLab) {
  const { scenarios } = await running.verify(['replication']);
  return scenarios[0]?.assertions[0];
}

const disk = path.join(folder, 'disk');
mount(disk, 80);
process.env['XDG_STATE_HOME'] = path.join(disk, 'state');
process.env['XDG_CACHE_HOME'] = path.join(disk, 'cache');
const spec = { sentinel: { downAfter: 60_000 } };

{
  const lab = buildLab({ name: 'snapshots', redis: { persistence: 'rdb' }, ...spec });
  const running = await lab.up({ backend: 'local' });
  await cli(running, 'master', 'SET', 'kept', 'yes');
  const free = fill(disk);
  tell('rdb: stop', await tried(running.stop()));
  tell('rdb: state', (await running.status()).state);
  tell('rdb: problems', await problems(running));
  tell('rdb: claim', await claim(running));
  tell('rdb: heal', await tried(running.heal()));
  tell('rdb: ready', await tried(running.ready()));
  const [check] = await examine(lab.model, { backend: 'local', wanted: (code) => code === 'disk' });
  tell('rdb: doctor', check?.state);
  free();
  tell('rdb: heal with room', await tried(running.heal()));
  await running.ready();
  tell('rdb: stop with room', await tried(running.stop()));
  const again = await lab.up({ backend: 'local' });
  tell('rdb: kept', await cli(again, '@master', 'GET', 'kept'));
  await again.down();
}

{
  const lab = buildLab({ name: 'append-only', redis: { persistence: 'aof' }, ...spec });
  const running = await lab.up({ backend: 'local' });
  const free = fill(disk);
  await until(async () => (await cli(running, 'master', 'SET', 'big', BIG)).startsWith('MISCONF'));
  tell('aof: problems', await problems(running));
  tell('aof: claim', await claim(running));
  tell('aof: heal', await tried(running.heal()));
  tell('aof: stop', await tried(running.stop()));
  free();
  tell('aof: ready with room', typeof (await tried(running.ready())));
  await running.stop();

  // A replica alone has no room: it ends by itself.
  const data = path.join(disk, 'state/redis-lab/append-only/nodes/slave1/data/redis');
  mount(data, 1);
  await lab.up({ backend: 'local' });
  fill(data);
  await until(async () => {
    await cli(running, '@master', 'SET', 'big', BIG);
    const { nodes } = await running.status();
    return nodes.find(({ node }) => node === 'slave1')?.redis?.state === 'stopped';
  });
  tell('replica: ready', await tried(running.ready()));
  await running.stop();
  // Started again, it takes all data from the master, and cannot store it.
  tell('replica: up', await tried(lab.up({ backend: 'local' })));
  await running.stop();
}
process.exit(0);
