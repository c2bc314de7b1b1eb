/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * What a class takes on this machine: minutes, memory, seconds of processor and disk for each lab, and how long it takes to ask, prove and remove all of them. As
 * growth: `npm run bench:class -- 5 10 20 30`. The machine's limits must allow it: `npx redis-lab doctor --backend incus --class 30`.
 */
import fs from 'node:fs';
import os from 'node:os';
import { lxc } from '../incus/support/lxc.js';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { must, timed } from './support.js';

const SIZES = process.argv.slice(2).map(Number);
const COLUMNS = [
  'labs',
  'first image',
  'up',
  'CPU s a lab',
  'MB a lab',
  'disk MB a lab',
  'up again',
  'status',
  'replication',
  'failover',
  'down',
];

const user = new User();
user.write(
  'redis-lab.yaml',
  `name: sentinel
incus: { image: debian-12, limits: wanted }
redis:
  version: 7.0.15
  source: { url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
`,
);
await keepBuild(user);
try {
  console.log(`| ${COLUMNS.join(' | ')} |\n|${COLUMNS.map(() => '---|').join('')}`);
  for (const size of SIZES.length > 0 ? SIZES : [5]) {
    console.log(`| ${(await measured(size)).join(' | ')} |`);
  }
} finally {
  await user.run('class', 'down', '--yes');
  user.remove();
}

async function measured(size: number): Promise<(string | number)[]> {
  const ids = Array.from({ length: size }, (_, i) => String(51_101 + i));
  const roster = (of: readonly string[]) =>
    user.write('students.csv', `name,id\n${of.map((id) => `Student ${id},${id}\n`).join('')}`);
  const onAll = (action: string, ...words: string[]) =>
    timed(() => must(user, 'class', action, '--roster', 'students.csv', ...words));
  // The first lab pays for what they share.
  roster(ids.slice(0, 1));
  const first = await onAll('up');
  roster(ids);
  const before = { free: free(), cpu: cpu(), disk: await disk() };
  const up = await onAll('up');
  const [labs, after] = [size - 1, { free: free(), cpu: cpu(), disk: await disk() }];
  const each = (all: number) => (labs > 0 ? Math.round((10 * all) / labs) / 10 : '–');
  return [
    size,
    seconds(first),
    seconds(up),
    each(after.cpu - before.cpu),
    each((before.free - after.free) / 2 ** 20),
    each((after.disk - before.disk) / 2 ** 20),
    seconds(await onAll('up')),
    seconds(await onAll('status')),
    seconds(await onAll('verify', 'replication')),
    seconds(await onAll('verify', 'failover')),
    seconds(await timed(() => must(user, 'class', 'down', '--yes'))),
  ];
}

/** Bytes that programs may still take. */
function free(): number {
  const [, kib] = /^MemAvailable: +(\d+) kB$/m.exec(fs.readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** Seconds that all processors have worked since the machine's start. */
function cpu(): number {
  const all = os.cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return all.reduce((sum, each) => sum + each, 0) / 1000;
}

/** Bytes of the storage pool that are used. */
async function disk(): Promise<number> {
  const told = await lxc('query', '/1.0/storage-pools/default/resources');
  return (JSON.parse(told) as { readonly space: { readonly used: number } }).space.used;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
