import { phases } from '../../verify/phases.js';
import { WRITE_EVERY_MS } from '../../verify/writer.js';
import { type Drill, masterEvent } from './drill.js';

/** Fills in what can be told by now of the outage; nothing before the fault. */
export function measure(drill: Drill, stored: ReadonlySet<number> | undefined): void {
  const { figures, fault, listener, lab, master, probe } = drill;
  if (!Number.isFinite(fault)) return;
  const { ledger } = drill.writer;
  const before = ledger.lastAcknowledgedBefore(fault);
  const after = ledger.firstAcknowledgedAfter(fault);
  const about = masterEvent(drill);
  figures.outageMs = before && after ? after.settledAt - before.settledAt : null;
  // As a rule the probe is first by far; where it hung, the client's own write shows the same. A node that took
  // writes before the fault was not promoted because of it.
  const took = [probe?.accepted?.at, after?.node === master.name ? undefined : after?.settledAt];
  const [writable] = took
    .filter((at) => at !== undefined && at >= fault)
    .toSorted((a = 0, b = 0) => a - b);
  figures.writableMs = writable === undefined ? null : writable - fault;
  // Each follows from the one before it, though not always of the same Sentinel.
  const sdown = listener.first('+sdown', fault, about)?.at;
  const odown = listener.first('+odown', sdown ?? fault, about)?.at;
  const leader = listener.first('+elected-leader', odown ?? sdown ?? fault, about)?.at;
  figures.phases = phases(
    {
      fault,
      sdown,
      odown,
      leader,
      writable,
      rediscovered: after?.settledAt,
    },
    lab.sentinel.downAfterMs,
  );
  if (stored) figures.ledger = ledger.result(stored, WRITE_EVERY_MS, fault);
}
