/** The books of a client that writes numbered records: each of them, and what became of it. Pure. */
import type { Outcome } from '../oracle/history.js';
import {
  codesOf,
  type Message,
  type MessageCode,
  type MessageValues,
  message,
} from '../report/messages.js';
import type { LedgerResult, LedgerStretch } from '../report/types.generated.js';

export interface Entry {
  /** 1, 2, 3 … */
  readonly number: number;
  /** Moments of `now()`: sent (or given up, if there was no server to send it to), and settled. */
  readonly at: number;
  readonly settledAt: number;
  readonly outcome: Outcome;
  /** What the server or the connection said; undefined if it was acknowledged. */
  readonly reason: Message | undefined;
  /** Name of the node that was asked; undefined if there was none. */
  readonly node: string | undefined;
}

export class Ledger {
  readonly #entries: Entry[] = [];

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The last acknowledged write that was settled before a moment. */
  lastAcknowledgedBefore(at: number): Entry | undefined {
    return this.#entries.findLast(
      (each) => each.outcome === 'acknowledged' && each.settledAt <= at,
    );
  }

  /** The last acknowledged write that was sent before a moment, whenever its answer came. */
  lastAcknowledgedSentBefore(at: number): Entry | undefined {
    return this.#entries.findLast((each) => each.outcome === 'acknowledged' && each.at <= at);
  }

  /** The first acknowledged write that was sent after a moment, by another node than one. */
  firstAcknowledgedAfter(at: number, but?: string): Entry | undefined {
    return this.#entries.find(
      (each) =>
        each.outcome === 'acknowledged' && each.at > at && (but === undefined || each.node !== but),
    );
  }

  /**
   * The acknowledged write before the longest time without another, of those that a failed write follows. Gaps that were over
   * before `since` don't count.
   */
  lastBeforeOutage(since: number): Entry | undefined {
    const acknowledged = this.#entries.filter(({ outcome }) => outcome === 'acknowledged');
    let longestMs = 0;
    let last: Entry | undefined;
    for (const [i, one] of acknowledged.entries()) {
      const next = acknowledged[i + 1];
      const ms = (next?.settledAt ?? Number.POSITIVE_INFINITY) - one.settledAt;
      const isFollowed = (next?.number ?? this.#entries.length + 1) === one.number + 1;
      if (isFollowed || one.settledAt + ms <= since || ms <= longestMs) continue;
      [longestMs, last] = [ms, one];
    }
    return last;
  }

  /** The acknowledged write before the longest time without another, of those that were not over before `since`. */
  lastBeforeGap(since: number): Entry | undefined {
    const acknowledged = this.#entries.filter(({ outcome }) => outcome === 'acknowledged');
    let longestMs = 0;
    let last: Entry | undefined;
    for (const [i, next] of acknowledged.entries()) {
      const one = acknowledged[i - 1];
      const ms = one ? next.settledAt - one.settledAt : 0;
      if (one && next.settledAt > since && ms > longestMs) [longestMs, last] = [ms, one];
    }
    return last;
  }

  /** The longest time without an acknowledged write, of those that were not over before `since`; undefined where none is over yet. */
  longestGap(since: number): { readonly from: number; readonly ms: number } | undefined {
    const last = this.lastBeforeGap(since);
    const next = last && this.firstAcknowledgedAfter(last.settledAt);
    return last && next && { from: last.settledAt, ms: next.settledAt - last.settledAt };
  }

  /**
   * What does not balance: a number that was attempted and has no entry, or two; a record
   * that is stored and that nobody wrote down as acknowledged or unknown.
   */
  faults(attempted: number, stored: ReadonlySet<number>): Message[] {
    const counts = new Map<number, number>();
    for (const { number } of this.#entries) counts.set(number, (counts.get(number) ?? 0) + 1);
    const missing: number[] = [];
    const twice: number[] = [];
    for (let number = 1; number <= attempted; number++) {
      const count = counts.get(number) ?? 0;
      if (count === 0) missing.push(number);
      if (count > 1) twice.push(number);
    }
    const possible = new Set(
      this.#entries.filter((each) => each.outcome !== 'refused').map((each) => each.number),
    );
    const unexplained = [...stored].filter((number) => !possible.has(number));
    return [
      ...told('ledger.missing', missing, { attempted }),
      ...told('ledger.twice', twice),
      ...told('ledger.unexplained', unexplained),
    ];
  }

  /** The account, once it is known which records are there at the end. Moments count from `zero`. */
  result(stored: ReadonlySet<number>, intervalMs: number, zero: number): LedgerResult {
    const of = (outcome: Outcome) => this.#entries.filter((each) => each.outcome === outcome);
    const acknowledged = of('acknowledged');
    const unknown = of('unknown');
    const lost = acknowledged.filter((each) => !stored.has(each.number));
    return {
      intervalMs,
      attempted: this.#entries.length,
      acknowledged: acknowledged.length,
      kept: acknowledged.length - lost.length,
      lost: lost.length,
      refused: of('refused').length,
      unknown: unknown.length,
      unknownKept: unknown.filter((each) => stored.has(each.number)).length,
      pausedMs: longestPause(this.#entries),
      lostRecords: lost.map((each) => each.number),
      stretches: stretches(this.#entries, stored, zero),
    };
  }
}

/** Between an answer and the next write. */
function longestPause(entries: readonly Entry[]): number {
  return entries.reduce((longest, { settledAt }, i) => {
    const next = entries[i + 1];
    return next ? Math.max(longest, next.at - settledAt) : longest;
  }, 0);
}

function stretches(
  entries: readonly Entry[],
  stored: ReadonlySet<number>,
  zero: number,
): LedgerStretch[] {
  const result: LedgerStretch[] = [];
  for (const { number, at, settledAt, outcome, reason } of entries) {
    const fate = outcome === 'acknowledged' ? (stored.has(number) ? 'kept' : 'lost') : outcome;
    const last = result.at(-1);
    const toMs = settledAt - zero;
    if (last?.outcome === fate && last.reason === (reason?.text ?? '')) {
      result[result.length - 1] = { ...last, last: number, toMs };
    } else {
      result.push({
        outcome: fate,
        reason: reason?.text ?? '',
        ...(reason ? { reasonCodes: codesOf([reason]) } : {}),
        first: number,
        last: number,
        fromMs: at - zero,
        toMs,
      });
    }
  }
  return result;
}

/** Nothing for no records; of many the first. */
function told(
  code: MessageCode,
  numbers: readonly number[],
  values: MessageValues = {},
): Message[] {
  const [count, most] = [numbers.length, 5];
  if (count === 0) return [];
  const records = `${numbers.slice(0, most).join(', ')}${count > most ? ', …' : ''}`;
  return [message(code, { ...values, count, records })];
}
