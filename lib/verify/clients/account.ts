/** What a client of a library saw of a failover, from what it told of each write and what the master has at the end. Pure. */
import type { LibraryClientResult } from '../../report/types.generated.js';

/** A write, in milliseconds of `now()`. */
export interface LibraryWrite {
  readonly number: number;
  readonly began: number;
  /** When its outcome was known; undefined: it still had none at the end. */
  readonly ended?: number;
  /** What kind of error it ended with; undefined: it was acknowledged. */
  readonly error?: string;
}

/** A client that has no answer for so long at the end has not come back, unless it was away for longer before. Milliseconds. */
const SILENT_AT_END_MS = 1000;

export interface Account
  extends Omit<
    LibraryClientResult,
    'client' | 'library' | 'version' | 'settings' | 'stuck' | 'ended'
  > {}

/**
 * @param stored what the master has at the end, one for each time that it was written; undefined where it could not be asked
 * @param fault when the lab was broken
 * @param over when the client was ended
 */
export function account(
  writes: readonly LibraryWrite[],
  stored: readonly number[] | undefined,
  fault: number,
  over: number,
): Account {
  const kept = stored && new Set(stored);
  const isKept = ({ number }: LibraryWrite) => kept?.has(number) ?? true;
  const acknowledged = writes.filter(isAcknowledged);
  const open = writes.filter(({ ended }) => ended === undefined);
  const failed = writes.filter(({ error }) => error !== undefined);
  const errors = new Map<string, number>();
  for (const { error = '' } of failed) errors.set(error, (errors.get(error) ?? 0) + 1);
  return {
    attempted: writes.length,
    acknowledged: acknowledged.length,
    lost: kept ? acknowledged.filter((each) => !isKept(each)).length : null,
    failed: failed.length,
    unanswered: open.length,
    failedKept: kept ? [...failed, ...open].filter(isKept).length : null,
    twice: stored && kept ? stored.length - kept.size : null,
    errors: [...errors]
      .map(([kind, count]) => ({ kind, count }))
      .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind)),
    ...absence(acknowledged, isKept, fault, over),
  };
}

function isAcknowledged(write: LibraryWrite): write is LibraryWrite & { readonly ended: number } {
  return write.ended !== undefined && write.error === undefined;
}

/**
 * The longest time without an acknowledged write that ends after the fault. What an old master acknowledges then in vain ends nothing.
 */
function absence(
  acknowledged: readonly (LibraryWrite & { readonly ended: number })[],
  isKept: (write: LibraryWrite) => boolean,
  fault: number,
  over: number,
): Pick<LibraryClientResult, 'outageMs' | 'againMs'> {
  const times = acknowledged
    .filter((write) => write.ended <= fault || isKept(write))
    .map(({ ended }) => ended)
    .sort((a, b) => a - b);
  const gaps = times.flatMap((at, i) => {
    const before = times[i - 1];
    return before === undefined || at <= fault ? [] : [{ ms: at - before, againMs: at - fault }];
  });
  const longest = gaps.reduce((most, gap) => (gap.ms > most.ms ? gap : most), {
    ms: 0,
    againMs: 0,
  });
  const silent = over - (times.at(-1) ?? fault);
  const isAway = silent > SILENT_AT_END_MS && silent > longest.ms;
  if (isAway) return { outageMs: silent, againMs: null };
  return { outageMs: longest.ms, againMs: longest.againMs };
}
