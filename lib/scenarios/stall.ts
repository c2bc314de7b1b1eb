/** The master stands still for less than down-after: nobody takes its place, and nothing is lost. */
import { now } from '../clock.js';
import { stallMs } from '../faults/stall.js';
import type { LabModel } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { type CalmRun, calmBy } from './calm.js';
import { lastOf, SLACK_MS } from './failover/failover-run.js';

/** How much of the time that the server stands still the client must have waited: the signals take a moment to arrive. */
const MOST_OF = 0.8;

function waited(lab: LabModel): Claim {
  return { code: 'stall.waited', values: { forMs: stallMs(lab) } };
}

export const stall = calmBy({
  name: 'stall',
  needs: { faults: ['stall'] },
  struck: (lab) => [waited(lab)],
  strike,
});

async function strike({ context, sections, master, writer }: CalmRun): Promise<number> {
  const { lab, recorder, backend } = context;
  const { ledger } = writer;
  const node = master.name;
  context.breaks();
  sections.fault = { kind: 'stall', node };
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', { kind: 'stall', node })], asked);
  await backend.inject('stall', node);
  const over = now();
  await recorder.eventually(waited(lab), { withinMs: SLACK_MS }, () => {
    // Between the last write that it answered and the next; where it did not stand still, that is no time at all.
    const gap = ledger.longestGap(asked);
    if (!gap) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    const { from, ms } = gap;
    const holds = ms >= MOST_OF * stallMs(lab);
    if (holds) [sections.outageMs, recorder.zero] = [ms, from];
    return {
      holds,
      final: ledger.firstAcknowledgedAfter(over) !== undefined,
      seen: holds ? { ms } : [message('stall.gap', { ms })],
    };
  });
  return over;
}
