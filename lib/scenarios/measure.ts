/** Measures an outage from a client's writes and what the Sentinels published. */
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import type { Sections } from '../verify/context.js';
import { type OwnKeys, openIn } from '../verify/own-keys.js';
import { type Bounds, phases } from '../verify/phases.js';
import type { Probe } from '../verify/probe.js';
import type { SentinelListener } from '../verify/sentinel-listener.js';
import { WRITE_EVERY_MS, type Writer } from '../verify/writer.js';

/** An outage of a master. */
export interface Outage {
  readonly lab: LabModel;
  readonly sections: Sections;
  /** The master before the fault. */
  readonly master: NodeModel;
  readonly listener: SentinelListener;
  readonly writer: Writer;
  /** Asks the others whether they take a write, from the fault on. */
  readonly probe: Probe | undefined;
  /** Whether the master hangs, and so keeps its connections. Default false. */
  readonly silent?: boolean;
  /** Whether nothing is broken: the master takes writes until it is a replica. Default false. */
  readonly planned?: boolean;
  /** What its phases take, where that differs from the usual. */
  readonly bounds?: Bounds;
  /** Moment of `now()`; infinite as long as nothing is broken. */
  readonly fault: number;
}

/** Enough for a busy server, milliseconds. */
const STORED_WITHIN_MS = 10_000;

/** Fills in what is known of the outage by now; nothing before the fault. */
export function measure(outage: Outage, stored: ReadonlySet<number> | undefined): void {
  const { sections, fault, listener, lab, master, probe } = outage;
  if (!Number.isFinite(fault)) return;
  const { ledger } = outage.writer;
  const before = ledger.lastAcknowledgedBefore(fault);
  const after = outage.planned
    ? ledger.firstAcknowledgedAfter(fault, master.name)
    : ledger.firstAcknowledgedAfter(fault);
  const about = masterEvent(outage);
  sections.outageMs = outage.planned
    ? (ledger.longestGap(fault)?.ms ?? null)
    : before && after
      ? after.settledAt - before.settledAt
      : null;
  // As a rule the probe is first by far; where it hung, the client's own write shows the same. A node that took
  // writes before the fault was not promoted because of it.
  const took = [probe?.accepted?.at, after?.node === master.name ? undefined : after?.settledAt];
  const [writable] = took
    .filter((at) => at !== undefined && at >= fault)
    .toSorted((a = 0, b = 0) => a - b);
  sections.writableMs = writable === undefined ? null : writable - fault;
  // Each follows from the one before it, though not always of the same Sentinel.
  const sdown = listener.first('+sdown', fault, about)?.at;
  const odown = listener.first('+odown', sdown ?? fault, about)?.at;
  const leader = listener.first('+elected-leader', odown ?? sdown ?? fault, about)?.at;
  sections.phases = phases(
    {
      fault,
      sdown,
      odown,
      leader,
      writable,
      rediscovered: after?.settledAt,
    },
    lab.sentinel.downAfterMs,
    { ...outage, alone: sentinelsOf(lab).length === 1 },
  );
  if (stored) sections.ledger = ledger.result(stored, WRITE_EVERY_MS, fault);
}

/** How Sentinel's events name the master that was. */
export function masterEvent({ lab, master }: Pick<Outage, 'lab' | 'master'>): string {
  return `master ${lab.sentinel.masterName} ${master.ip} ${master.redisPort}`;
}

/** Numbers of the records that a node has. */
export async function storedRecords(
  node: NodeModel,
  { database, ledger }: Pick<OwnKeys, 'database' | 'ledger'>,
): Promise<ReadonlySet<number>> {
  const connection = await openIn(database, redisEndpoint(node), { timeoutMs: STORED_WITHIN_MS });
  try {
    const numbers = await connection.ask('HKEYS', ledger);
    return new Set(Array.isArray(numbers) ? numbers.map(Number) : []);
  } finally {
    connection.close();
  }
}
