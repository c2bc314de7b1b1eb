/** What the client of a story wrote, compared with what a node has. */
import type { NodeModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import type { ScenarioContext, Sections } from '../verify/context.js';
import { WRITE_EVERY_MS, type Writer } from '../verify/writer.js';
import { storedRecords } from './measure.js';

/** Fills the ledger in, and the longest time without an acknowledged write, which may be as short as that between any two. */
export async function balance(
  { recorder, keys }: ScenarioContext,
  sections: Sections,
  { ledger, attempted }: Writer,
  node: NodeModel,
) {
  const stored = await storedRecords(node, keys);
  const result = ledger.result(stored, WRITE_EVERY_MS, recorder.zero);
  sections.ledger = result;
  sections.outageMs ??= ledger.longestGap(recorder.zero)?.ms ?? null;
  const { acknowledged, lost, refused, unknown } = result;
  const sums = { attempted, acknowledged, lost, refused, unknown };
  const faults: readonly Message[] = ledger.faults(attempted, stored);
  return { sums, balances: faults.length === 0, told: [message('ledger.sums', sums), ...faults] };
}
