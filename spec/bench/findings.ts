/* biome-ignore-all lint/suspicious/noConsole: a command prints */
/**
 * Makes the data sets of `docs/findings`, as root: failovers by crash, hang and partition at several down-afters, on every server that can be had here; and
 * partitions, by what `min-replicas-to-write` and `min-replicas-max-lag` say; failovers around the down-after at which Sentinel fails over once more; and
 * failovers as client libraries see them, one run at a time.
 * `npm run findings -- FOLDER REPEAT JOBS [PLAN…]`, by default all plans; it goes on where it was interrupted. Alone on a machine, or the figures tell of the others.
 */
import fs from 'node:fs';
import path from 'node:path';
import { experimentText } from '../../lib/experiment/text.js';
import { type ExperimentPlan, experiment } from '../../lib/index.js';
import { CLIENT_NAMES } from '../../lib/model/libraries.js';
import { type Engine, newerEngine, REDIS } from '../readers/support/engines.js';
import { SEARCHED } from '../readers/support/run.js';

const [folder = 'findings', repeat = '28', jobs = '2', ...named] = process.argv.slice(2);
// Otherwise the labs of the runs would be left.
const off = new AbortController();
process.once('SIGINT', () => off.abort(new Error('interrupted')));

const home = path.resolve(folder);
const bin = path.join(home, 'bin');

const servers = [
  program('debian-12', REDIS),
  program('debian-13', newerEngine('redis-server')),
  program('debian-13-valkey', newerEngine('valkey-server')),
];

const PLANS: Readonly<Record<string, ExperimentPlan>> = {
  failovers: {
    scenarios: ['failover', 'hang', 'partition'],
    vary: { 'sentinel.downAfter': ['500ms', '1s', '2s', '5s'] },
    servers,
    ownNetwork: true,
    repeat: Number(repeat),
  },
  // Around a second, Sentinel fails over once more where it tries the new master too late.
  again: {
    scenarios: ['failover'],
    vary: { 'sentinel.downAfter': [600, 700, 800, 900, 1000, 1100, 1200].map((ms) => `${ms}ms`) },
    repeat: Number(repeat),
  },
  partitions: {
    scenarios: ['partition'],
    vary: {
      'redis.minReplicasToWrite': [0, 1],
      'redis.config': [1, 2, 5, 10].map((s) => [`min-replicas-max-lag ${s}`]),
      'sentinel.downAfter': ['1s', '5s'],
    },
    ownNetwork: true,
    repeat: Math.ceil(Number(repeat) / 4),
  },
  // The same failovers as services see them; a master that hangs stays so until all of them write again, or for half a minute.
  clients: {
    scenarios: ['failover', 'hang'],
    vary: { 'sentinel.downAfter': ['1s', '5s'] },
    clients: CLIENT_NAMES,
    repeat: Math.ceil(Number(repeat) / 4),
  },
};

for (const [name, plan] of Object.entries(PLANS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const at = path.join(home, name);
  const result = await experiment(plan, {
    folder: at,
    // Each client is a process, and more of them than this machine has processors would wait for each other.
    jobs: plan.clients ? 1 : Number(jobs),
    signal: off.signal,
    command: { program: process.execPath, args: [path.resolve('dist/bin/redis-lab.cjs')] },
    onRun: ({ verdict, reason }, { scenario, settings }, done, all) =>
      console.log(
        `${done}/${all} ${scenario} ${JSON.stringify(settings)} ${verdict} ${reason ?? ''}`,
      ),
  });
  console.log(experimentText(result, at));
}

/** A server under its own name, which finds its libraries where they are, beside a client. */
function program(kind: string, { program: file, args, name }: Engine): string {
  const at = path.join(bin, kind);
  fs.mkdirSync(at, { recursive: true });
  const quoted = (words: readonly string[]) =>
    words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const call = path.isAbsolute(file)
    ? `exec ${quoted([file, ...(args.length > 0 ? ['--argv0', name, ...args] : [])])} "$@"`
    : undefined;
  const server = path.join(at, name);
  fs.rmSync(server, { force: true });
  if (call) fs.writeFileSync(server, `#!/bin/sh\n${call}\n`, { mode: 0o755 });
  else fs.symlinkSync(found(file), server);
  return server;
}

function found(name: string): string {
  const at = SEARCHED.map((each) => path.join(each, name)).find((each) => fs.existsSync(each));
  if (at === undefined) throw new Error(`there is no ${name} here: bash .ci/prerequisites`);
  return at;
}
