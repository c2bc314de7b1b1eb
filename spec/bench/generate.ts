/* biome-ignore-all lint/suspicious/noConsole: a benchmark prints */
/**
 * How long `generate` takes as a whole process, against bare Node in the same run, and how it
 * grows with the number of nodes. Run it with `npm run bench` after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const BIN = path.resolve(import.meta.dirname, '../../dist/bin/redis-lab.cjs');
const ROUNDS = 20;
const MOST_SECONDS = 60;
// In memory where there is such a place: a disk's own hiccups would be most of what is seen.
const MEMORY = '/dev/shm';
const place = existsSync(MEMORY) ? MEMORY : tmpdir();
const folder = mkdtempSync(path.join(place, 'redis-lab-bench-'));

if (!existsSync(BIN)) throw new Error(`${BIN} is missing: npm run build`);
try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, files in ${place}`);
  wholeProcess();
  growth();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function wholeProcess(): void {
  writeFileSync(
    path.join(folder, 'lab.yaml'),
    'nodes:\n  - { role: master }\n  - {}\n  - {}\nsentinel: { downAfter: 1s }\n',
  );
  const programs = {
    'node -e 0': ['-e', '0'],
    'generate, all to write': [BIN, 'generate', '--out', 'fresh'],
    'generate, nothing to write': [BIN, 'generate', '--out', 'same'],
    'generate --spec lab.yaml': [BIN, 'generate', '--spec', 'lab.yaml', '--out', 'spec'],
  };
  const times = new Map<string, number[]>(Object.keys(programs).map((name) => [name, []]));
  run(['generate', '--out', 'same']);
  // Alternating, so that whatever else the machine does falls on all alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(programs)) {
      rmSync(path.join(folder, 'fresh'), { recursive: true, force: true });
      times.get(name)?.push(timed(args));
    }
  }
  const floor = median(times.get('node -e 0') ?? []);
  console.log(`\nwhole process, median of ${ROUNDS}, alternating`);
  for (const [name, list] of times) report(name, median(list), floor);
}

function growth(): void {
  console.log('\nfresh lab of n nodes, best of 3');
  let perNode = 0;
  for (const nodes of [125, 250, 500, 1000]) {
    const lines = Array.from(
      { length: nodes },
      (_, i) => `  - ${i === 0 ? '{ role: master }' : '{}'}`,
    );
    writeFileSync(
      path.join(folder, 'big.yaml'),
      `network: 10.1.0.0/16\nnodes:\n${lines.join('\n')}\n`,
    );
    const args = [BIN, 'generate', '--spec', 'big.yaml', '--out', 'big'];
    const best = Math.min(
      ...[1, 2, 3].map(() => {
        rmSync(path.join(folder, 'big'), { recursive: true, force: true });
        return timed(args);
      }),
    );
    perNode ||= best / nodes;
    const ratio = (best / nodes / perNode).toFixed(2);
    console.log(
      `  ${String(nodes).padStart(5)} ${best.toFixed(0).padStart(6)} ms, ${ratio} x the time per node of 125`,
    );
  }
}

function timed(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: MOST_SECONDS * 1000,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

function run(args: readonly string[]): void {
  timed([BIN, ...args]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function report(name: string, value: number, floor: number): void {
  const ratio = (value / floor).toFixed(2);
  console.log(`  ${name.padEnd(28)} ${value.toFixed(1).padStart(7)} ms  ${ratio} x bare node`);
}
