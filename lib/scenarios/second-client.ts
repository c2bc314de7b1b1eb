/** A client of its own for what a story does once more, when every write of the first one is accounted for. */
import type { NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { Writer } from '../verify/writer.js';
import type { FailoverRun } from './failover/failover-run.js';
import { storedRecords } from './measure.js';

/** Starts it; it ends with the scenario. */
export function secondClient({ context, lab, undo }: FailoverRun): Writer {
  const { recorder, keys } = context;
  const writer = new Writer(lab, {
    key: keys.fixed,
    database: keys.database,
    ledger: context.newLedger(),
    onChange: (event, detail, at) => recorder.tell('client', event, detail, at),
  });
  undo.push(() => writer.stop());
  writer.start();
  return writer;
}

/** Ends it, and claims that all of its writes are accounted for; with `mayLose`, also those that are lost. */
export async function claimCounted(
  { context }: FailoverRun,
  claim: Claim,
  writer: Writer,
  { master, mayLose }: { readonly master: NodeModel; readonly mayLose: boolean },
): Promise<void> {
  await writer.stop();
  const { ledger, attempted } = writer;
  const { database, fixed } = context.keys;
  const stored = await storedRecords(master, { database, ledger: fixed });
  const { acknowledged, lost, refused, unknown } = ledger.result(stored, 0, 0);
  const sums = { attempted, acknowledged, lost, refused, unknown };
  const faults = ledger.faults(attempted, stored);
  const holds = faults.length === 0 && (mayLose || lost === 0);
  context.recorder.found(claim, holds, holds ? sums : [message('ledger.sums', sums), ...faults]);
}
