/** A client that has the old master's address and stays there: what that acknowledges while another is the master is lost. */
import type { NodeModel } from '../model/model.js';
import type { Message, MessageValues } from '../report/messages.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { WRITE_EVERY_MS, Writer } from '../verify/writer.js';
import type { FailoverRun } from './failover/failover-run.js';
import { storedRecords } from './measure.js';

/** Starts it; it ends with the scenario. */
export function stayWithOldMaster(failover: FailoverRun): void {
  const { lab, master, context } = failover;
  const { recorder, keys } = context;
  const writer = new Writer(lab, {
    key: keys.fixed,
    database: keys.database,
    fixed: master,
    onChange: (event, detail, at) => recorder.tell('client at the old master', event, detail, at),
  });
  failover.late = writer;
  writer.start();
}

interface LateWrites {
  /** What the old master acknowledged from a moment on. */
  readonly values: MessageValues & { readonly count: number; readonly ms: number };
  /** What is wrong: some of it is there, or does not balance. */
  readonly flaws: readonly Message[];
}

/** Ends it, and compares what was acknowledged after a moment with what the new master has. */
export async function lateWrites(
  { master, context, late }: FailoverRun,
  promoted: NodeModel,
  since = Number.NEGATIVE_INFINITY,
): Promise<LateWrites> {
  if (!late) throw new Error('no client stayed with the old master');
  await late.stop();
  const { database, fixed } = context.keys;
  const stored = await storedRecords(promoted, { database, ledger: fixed });
  const { ledger, attempted } = late;
  const { lostRecords } = ledger.result(stored, WRITE_EVERY_MS, 0);
  const lost = new Set(lostRecords);
  const taken = ledger.entries.filter(
    ({ outcome, at }) => outcome === 'acknowledged' && at > since,
  );
  const kept = taken.filter(({ number }) => !lost.has(number)).length;
  const ms = (taken.at(-1)?.settledAt ?? 0) - (taken[0]?.settledAt ?? 0);
  const faults = ledger.faults(attempted, stored);
  const told = message('hang.kept', { node: promoted.name, count: kept });
  const flaws = kept === 0 && faults.length === 0 ? [] : [told, ...faults];
  return { values: { node: master.name, count: taken.length, ms }, flaws };
}

/** What the old master acknowledges once another one is promoted is lost: until then some of it may have reached that. */
export const BESIDE: Claim = { code: 'late-writes.beside' };

/** Claims {@link BESIDE}. */
export async function claimBeside(failover: FailoverRun, promoted: NodeModel): Promise<void> {
  const { context, probe, fault } = failover;
  const { values, flaws } = await lateWrites(failover, promoted, probe?.accepted?.at ?? fault);
  const holds = flaws.length === 0;
  context.recorder.found(BESIDE, holds, holds ? values : flaws);
}
