/** What one scenario found out: its claims, and what happened meanwhile. */
import { now, sleep } from '../clock.js';
import type { Assertion, TimelineEntry, Verdict } from '../report/result.js';

/** Ends a scenario: a claim did not hold. */
export class ClaimFailed extends Error {
  override readonly name = 'ClaimFailed';
}

export interface Claim {
  readonly claim: string;
  readonly expected: string;
}

/** What a look shows: whether the claim holds by now, and what was seen. */
export interface Look<T> {
  readonly holds: boolean;
  readonly seen: string;
  /** Waiting longer is no use. */
  readonly final?: boolean;
  readonly value?: T;
}

/**
 * Between two looks that ask every server, milliseconds: more often, the looking would be most of what a small machine
 * does. Figures are not taken from them.
 */
export const ASK_ALL_EVERY_MS = 50;

export interface RecorderOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onAssertion?: (assertion: Assertion) => void;
  readonly onWaiting?: (text: string) => void;
}

export class Recorder {
  readonly signal: AbortSignal | undefined;
  readonly notes: string[] = [];
  readonly began = now();
  readonly #options: RecorderOptions;
  readonly #assertions: Assertion[] = [];
  readonly #entries: (Omit<TimelineEntry, 'atMs'> & { at: number })[] = [];
  /** What the timeline counts from. */
  zero = this.began;
  /** When the last claim was settled. */
  #settledAt = this.began;

  constructor(options: RecorderOptions = {}) {
    this.#options = options;
    this.signal = options.signal;
  }

  get assertions(): readonly Assertion[] {
    return this.#assertions;
  }

  /** Adds to the timeline what happened at a moment of `now()`. */
  tell(source: string, event: string, detail = '', at = now()): void {
    this.#entries.push({ at, source, event, detail });
  }

  timeline(): TimelineEntry[] {
    return this.#entries
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, source, event, detail }) => ({ atMs: at - this.zero, source, event, detail }));
  }

  /** What was found out some other way; throws ClaimFailed if it does not hold. */
  found(claim: Claim, holds: boolean, seen: string, since = now()): void {
    this.#settle(claim, holds ? 'passed' : 'failed', seen, since);
    if (!holds) throw new ClaimFailed(`${claim.claim}: ${seen}`);
  }

  /**
   * Something went wrong on the way to the next of these claims, which therefore does not hold. Gives the
   * sentence about it.
   */
  fail(claims: readonly Claim[], seen: string): string {
    const [next] = this.#open(claims);
    if (!next) return seen;
    this.#settle(next, 'failed', seen, this.#settledAt);
    return `${next.claim}: ${seen}`;
  }

  /** Looks until the claim holds or the time is up; throws ClaimFailed then, with what was last seen. */
  async eventually<T>(
    claim: Claim,
    { withinMs, everyMs = 10 }: { readonly withinMs: number; readonly everyMs?: number },
    look: () => Look<T> | Promise<Look<T>>,
  ): Promise<T> {
    const since = now();
    this.#options.onWaiting?.(claim.claim);
    for (;;) {
      this.signal?.throwIfAborted();
      const { holds, seen, final = false, value } = await look();
      const late = now() - since >= withinMs;
      if (holds || final || late) {
        const text = holds || final ? seen : `${seen} (waited ${Math.round(now() - since)} ms)`;
        this.found(claim, holds, text, since);
        return value as T;
      }
      await sleep(everyMs, this.signal);
    }
  }

  /** Claims that were not looked at, because one before them failed. */
  skip(claims: readonly Claim[], why: string): void {
    for (const { claim, expected } of this.#open(claims)) {
      this.#assertions.push({ claim, verdict: 'skipped', expected, seen: why, ms: 0 });
    }
  }

  /** Those that nothing was said about. */
  #open(claims: readonly Claim[]): Claim[] {
    return claims.filter(({ claim }) => !this.#assertions.some((each) => each.claim === claim));
  }

  #settle({ claim, expected }: Claim, verdict: Verdict, seen: string, since: number): void {
    this.#settledAt = now();
    const assertion = { claim, verdict, expected, seen, ms: this.#settledAt - since };
    this.#assertions.push(assertion);
    this.#options.onAssertion?.(assertion);
  }
}
