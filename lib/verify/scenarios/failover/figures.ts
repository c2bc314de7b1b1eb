import { phases } from '../../phases.js';
import { WRITE_EVERY_MS } from '../../writer.js';
import { type Drill, masterEvent } from './drill.js';

/** Fills in what can be told by now of the outage; nothing before the fault. */
export function measure(drill: Drill, stored: ReadonlySet<number> | undefined): void {
  const { figures, fault, chorus, lab, probe } = drill;
  if (!Number.isFinite(fault)) return;
  const { ledger } = drill.writer;
  const before = ledger.lastAcknowledgedBefore(fault);
  const after = ledger.firstAcknowledgedAfter(fault);
  const about = masterEvent(drill);
  figures.outageMs = before && after ? after.settledAt - before.settledAt : null;
  figures.writableMs = probe?.accepted ? probe.accepted.at - fault : null;
  figures.phases = phases(
    {
      fault,
      sdown: chorus.first('+sdown', fault, about)?.at,
      odown: chorus.first('+odown', fault, about)?.at,
      leader: chorus.first('+elected-leader', fault, about)?.at,
      writable: probe?.accepted?.at,
      rediscovered: after?.settledAt,
    },
    lab.sentinel.downAfterMs,
  );
  if (stored) figures.ledger = ledger.result(stored, WRITE_EVERY_MS, fault);
}
