/** The whole lab stands still, as on a laptop whose lid is closed: nobody takes over when it goes on, and nothing is lost. */
import { now, sleep as pause } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { ASK_ALL_EVERY_MS } from '../verify/recorder.js';
import { type CalmRun, calmBy } from './calm.js';
import { healed, lastOf, SLACK_MS } from './failover/failover-run.js';

/** How long a Sentinel does not act after its clock has jumped (`SENTINEL_TILT_PERIOD`), milliseconds. */
const TILT_MS = 30_000;
/** A Sentinel that stood still for so long is in TILT (`SENTINEL_TILT_TRIGGER`, doubled to be sure), milliseconds. */
const TRIGGER_MS = 4000;

const TILT: Claim = { code: 'sleep.tilt' };
const TILT_OVER: Claim = { code: 'sleep.tilt-over' };

/** Longer than a failover would take, milliseconds. */
function sleepMs({ sentinel: { downAfterMs, failoverTimeoutMs } }: LabModel): number {
  return Math.max(TRIGGER_MS, downAfterMs + failoverTimeoutMs);
}

function slept(lab: LabModel): Claim {
  return { code: 'sleep.slept', values: { forMs: sleepMs(lab) } };
}

export const sleep = calmBy({
  name: 'sleep',
  needs: { sentinels: 1, faults: ['freeze'] },
  struck: (lab) => [slept(lab), TILT],
  strike,
  undone: () => [TILT_OVER],
  undo,
});

async function strike(run: CalmRun): Promise<number> {
  const { context, sections, master, writer } = run;
  const { lab, recorder, backend } = context;
  const { ledger } = writer;
  context.breaks();
  sections.fault = { kind: 'freeze', node: lab.nodes.map(({ name }) => name).join(', ') };
  const asked = now();
  recorder.zero = asked;
  // The master's node last: until then too few Sentinels are awake to replace it.
  const others = lab.nodes.filter(({ name }) => name !== master.name);
  for (const { name: node } of [...others, master]) {
    recorder.tell('scenario', 'fault', [message('event.fault', { kind: 'freeze', node })]);
    await backend.inject('freeze', node);
  }
  await pause(sleepMs(lab), recorder.signal);
  await healed(run);
  const awake = now();
  await recorder.eventually(slept(lab), { withinMs: SLACK_MS }, () => {
    const gap = ledger.longestGap(asked);
    if (!gap) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    const { from, ms } = gap;
    const holds = ms >= sleepMs(lab);
    if (holds) [sections.outageMs, recorder.zero] = [ms, from];
    return {
      holds,
      final: ledger.firstAcknowledgedAfter(awake) !== undefined,
      seen: holds ? { ms } : [message('stall.gap', { ms })],
    };
  });
  await tilted(run, TILT, true, SLACK_MS);
  return awake;
}

async function undo(run: CalmRun): Promise<void> {
  await tilted(run, TILT_OVER, false, TILT_MS + SLACK_MS);
}

/** That all Sentinels are in TILT, or none. */
async function tilted(
  { context: { lab, recorder, observer } }: CalmRun,
  claim: Claim,
  tilt: boolean,
  withinMs: number,
): Promise<void> {
  await recorder.eventually(claim, { withinMs, everyMs: ASK_ALL_EVERY_MS }, async () => {
    const { nodes } = await observer.look();
    const others = nodes.flatMap(({ node, sentinel }) =>
      sentinel && 'view' in sentinel && sentinel.view.tilt === tilt
        ? []
        : node.runsSentinel
          ? [node.name]
          : [],
    );
    const count = sentinelsOf(lab).length;
    if (others.length === 0) return { holds: true, seen: { count } };
    const code = tilt ? 'sleep.acts' : 'sleep.still-tilt';
    return { holds: false, seen: [message(code, { nodes: others.join(', ') })] };
  });
}
