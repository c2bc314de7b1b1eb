/** The master stands still for less than down-after: nobody takes its place, and nothing is lost. */
import { now } from '../clock.js';
import { stallMs } from '../faults/stall.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Scenario, ScenarioContext, Sections } from '../verify/context.js';
import { agreedMaster } from '../verify/health.js';
import type { Claim } from '../verify/recorder.js';
import { SentinelListener } from '../verify/sentinel-listener.js';
import { claimWhole, wholeClaims } from '../verify/whole.js';
import { WRITE_EVERY_MS, type Writer } from '../verify/writer.js';
import { CLIENT_WRITES } from './failover/claims.js';
import { clientWrites } from './failover/client-writes.js';
import { lastOf, masterIs, SLACK_MS } from './failover/failover-run.js';
import { followingClient } from './following-client.js';
import { storedRecords } from './measure.js';

/** How much of the time that the server stands still the client must have waited: the signals take a moment to arrive. */
const MOST_OF = 0.8;
const STILL_THE_MASTER: Claim = { code: 'stall.same-master' };
const NOTHING_LOST: Claim = { code: 'stall.nothing-lost' };

function waited(lab: LabModel): Claim {
  return { code: 'stall.waited', values: { forMs: stallMs(lab) } };
}

function noFailover(lab: LabModel): Claim {
  return { code: 'stall.no-failover', values: { forMs: watchMs(lab) } };
}

/** In which a failover that was begun late would have been over, milliseconds. */
function watchMs({ sentinel: { downAfterMs, failoverTimeoutMs } }: LabModel): number {
  return downAfterMs + 2 * failoverTimeoutMs;
}

export const stall: Scenario = {
  name: 'stall',
  claims: (lab) => [
    ...wholeClaims(lab),
    CLIENT_WRITES,
    waited(lab),
    noFailover(lab),
    STILL_THE_MASTER,
    NOTHING_LOST,
  ],
  needs: { faults: ['stall'] },
  measures: true,
  async run(context, sections) {
    const { lab, recorder, keys } = context;
    const master = agreedMaster(lab, await claimWhole(context)) as NodeModel;
    sections.master = master.name;
    await keys.choose(master);
    const listener = await SentinelListener.listen(lab, recorder);
    const writer = followingClient(context);
    try {
      await clientWrites({ context, master, writer });
      const over = await standStill({ context, sections, master, writer });
      await nobodyTakesOver({ context, listener, since: recorder.zero, over });
      await sameMaster(context, master);
    } finally {
      listener.close();
      await writer.stop();
    }
    await nothingLost({ context, sections, master, writer });
  },
};

interface Stall {
  readonly context: ScenarioContext;
  readonly sections: Sections;
  readonly master: NodeModel;
  readonly writer: Writer;
}

/** Gives the moment at which it was over. */
async function standStill({ context, sections, master, writer }: Stall): Promise<number> {
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
    const last = ledger.lastBeforeGap(asked);
    const next = last && ledger.firstAcknowledgedAfter(last.settledAt);
    if (!last || !next) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    const ms = next.settledAt - last.settledAt;
    const holds = ms >= MOST_OF * stallMs(lab);
    if (holds) [sections.outageMs, recorder.zero] = [ms, last.settledAt];
    return {
      holds,
      final: (ledger.entries.at(-1)?.at ?? 0) > over,
      seen: holds ? { ms } : [message('stall.gap', { ms })],
    };
  });
  return over;
}

async function nobodyTakesOver({
  context: { lab, recorder },
  listener,
  since,
  over,
}: {
  readonly context: ScenarioContext;
  readonly listener: SentinelListener;
  readonly since: number;
  readonly over: number;
}): Promise<void> {
  const end = over + watchMs(lab);
  await recorder.eventually(noFailover(lab), { withinMs: Number.POSITIVE_INFINITY }, () => {
    const begun = ['+odown', '+try-failover', '+switch-master'].find((type) =>
      listener.first(type, since),
    );
    if (begun === undefined) return { holds: now() >= end, seen: { ms: now() - over } };
    return { holds: false, final: true, seen: listener.said(since) };
  });
}

async function sameMaster({ lab, recorder, observer }: ScenarioContext, master: NodeModel) {
  const seen = await observer.look();
  const found = agreedMaster(lab, seen);
  const holds = found === master;
  recorder.found(STILL_THE_MASTER, holds, holds ? { master: master.name } : [masterIs(found)]);
}

async function nothingLost({ context, sections, master, writer }: Stall): Promise<void> {
  const { recorder, keys } = context;
  const { ledger, attempted } = writer;
  const stored = await storedRecords(master, keys);
  const result = ledger.result(stored, WRITE_EVERY_MS, recorder.zero);
  sections.ledger = result;
  const { acknowledged, lost, refused, unknown } = result;
  const sums = { attempted, acknowledged, lost, refused, unknown };
  const faults = ledger.faults(attempted, stored);
  const holds = lost === 0 && faults.length === 0;
  recorder.found(NOTHING_LOST, holds, holds ? sums : [message('ledger.sums', sums), ...faults]);
}
