/** Plays a call to whatever shows progress here: `up`, a proof that fails, one that is interrupted, or runs. */
import { openProgress, proofSteps, UP_STEPS } from '../../../lib/cli/progress/open.js';
import type { OnProgress, Phase } from '../../../lib/progress.js';
import { failedFailover, failover, replication } from '../../report/support/results.js';
import { isDrawn } from './drawn.js';

const phase = (tell: OnProgress, name: Phase, state: 'begun' | 'detail' | 'done', text = '') =>
  tell({ kind: 'phase', phase: name, state, text });

async function up(): Promise<void> {
  const progress = openProgress(UP_STEPS);
  await progress.around(async () => {
    const tell = progress.onProgress;
    phase(tell, 'preflight', 'begun');
    phase(tell, 'preflight', 'done');
    phase(tell, 'files', 'begun');
    phase(tell, 'files', 'done');
    phase(tell, 'start', 'begun');
    phase(tell, 'start', 'detail', 'slave1 redis');
    await isDrawn('› slave1 redis');
    tell({ kind: 'note', text: 'Here runs another version.' });
    phase(tell, 'start', 'done', 'master redis, slave1 redis');
    phase(tell, 'ready', 'begun');
    phase(tell, 'ready', 'detail', 'slave1 says \u001b]0;title\u0007');
    await isDrawn('› slave1 says');
    phase(tell, 'ready', 'done', 'after 312 ms');
  });
}

async function proof(): Promise<void> {
  const progress = openProgress(
    proofSteps(['replication', 'failover'], { repeat: 1, bringsUp: true }),
  );
  await progress.around(async () => {
    const tell = progress.onProgress;
    phase(tell, 'preflight', 'begun');
    phase(tell, 'start', 'detail', 'slave1 redis');
    for (const result of [replication(), failedFailover()]) {
      const { name } = result;
      tell({ kind: 'scenario', state: 'begun', name, run: 1, runs: 1 });
      tell({
        kind: 'waiting',
        values: {},
        code: 'x',
        scenario: name,
        text: `${name} waits for something`,
      });
      await isDrawn(`› ${name} waits for something`);
      for (const assertion of result.assertions) {
        tell({ kind: 'assertion', scenario: name, assertion });
      }
      tell({ kind: 'scenario', state: 'done', name, run: 1, runs: 1, result });
    }
  });
}

async function runs(): Promise<void> {
  const progress = openProgress(proofSteps(['failover'], { repeat: 2, bringsUp: false }));
  await progress.around(async () => {
    const tell = progress.onProgress;
    for (const [i, result] of [failedFailover(), failover()].entries()) {
      const scenario = { kind: 'scenario', name: 'failover', run: i + 1, runs: 2 } as const;
      const shown = `› failover ${i + 1}/2`;
      tell({ ...scenario, state: 'begun' });
      tell({
        kind: 'waiting',
        values: {},
        code: 'x',
        scenario: 'failover',
        text: 'a Sentinel sees it',
      });
      await isDrawn(shown);
      tell({ ...scenario, state: 'done', result });
      await isDrawn(`${shown}: ${result.verdict} in`);
    }
  });
}

async function interrupted(): Promise<void> {
  const progress = openProgress(UP_STEPS);
  await progress
    .around(async () => {
      phase(progress.onProgress, 'preflight', 'begun');
      phase(progress.onProgress, 'preflight', 'done');
      phase(progress.onProgress, 'files', 'begun');
      await isDrawn('Write the files');
      throw new Error('interrupted');
    })
    .catch(() => {});
}

const calls: Readonly<Record<string, () => Promise<void>>> = { up, proof, runs, interrupted };
await calls[process.argv[2] ?? '']?.();
