/** What one scenario found out: its claims, and what happened meanwhile. */
import { now, sleep } from '../clock.js';
import type { ClaimValues } from '../report/claim-values.js';
import { type ClaimTexts, claimTexts, fillClaim, valuesIn } from '../report/claims.js';
import type { Assertion, TimelineEntry, Verdict } from '../report/result.js';

/** Ends a scenario: a claim did not hold. */
export class ClaimFailed extends Error {
  override readonly name = 'ClaimFailed';
}

/** Something that holds or not. What it says is in `templates/claims/`, by its code. */
export interface Claim {
  /** `failover.promoted`: of no other claim of its scenario. */
  readonly code: string;
  /** What its texts are filled with, as far as that is known beforehand. */
  readonly values?: ClaimValues;
  /** Its texts in English, where it is not one of ours. */
  readonly texts?: ClaimTexts;
}

export type Seen = string | ClaimValues;

/** What a look shows: whether the claim holds by now, and what was seen. */
export interface Look<T> {
  readonly holds: boolean;
  /** Where it holds, what its text is filled with; else what was seen, in words. */
  readonly seen: Seen;
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
  readonly onWaiting?: (code: string, text: string) => void;
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
  found(claim: Claim, holds: boolean, seen: Seen, since = now()): void {
    const assertion = this.#settle(claim, holds ? 'passed' : 'failed', seen, since);
    if (!holds) throw new ClaimFailed(sentence(assertion));
  }

  /**
   * Something went wrong on the way to the next of these claims, which therefore does not hold. Gives the
   * sentence about it.
   */
  fail(claims: readonly Claim[], seen: string): string {
    const [next] = this.#open(claims);
    return next ? sentence(this.#settle(next, 'failed', seen, this.#settledAt)) : seen;
  }

  /** Looks until the claim holds or the time is up; throws ClaimFailed then, with what was last seen. */
  async eventually<T>(
    claim: Claim,
    { withinMs, everyMs = 10 }: { readonly withinMs: number; readonly everyMs?: number },
    look: () => Look<T> | Promise<Look<T>>,
  ): Promise<T> {
    const since = now();
    this.#options.onWaiting?.(claim.code, inEnglish(claim, '').claim);
    for (;;) {
      this.signal?.throwIfAborted();
      const { holds, seen, final = false, value } = await look();
      const late = now() - since >= withinMs;
      if (holds || final || late) {
        const waited = holds || final ? '' : ` (waited ${Math.round(now() - since)} ms)`;
        this.found(claim, holds, typeof seen === 'string' ? seen + waited : seen, since);
        return value as T;
      }
      await sleep(everyMs, this.signal);
    }
  }

  /** Claims that were not looked at, because one before them failed. */
  skip(claims: readonly Claim[], why: string): void {
    for (const claim of this.#open(claims)) {
      this.#assertions.push({ ...inEnglish(claim, why), verdict: 'skipped', ms: 0 });
    }
  }

  /** Those that nothing was said about. */
  #open(claims: readonly Claim[]): Claim[] {
    return claims.filter(({ code }) => !this.#assertions.some((each) => each.code === code));
  }

  #settle(claim: Claim, verdict: Verdict, seen: Seen, since: number): Assertion {
    this.#settledAt = now();
    const said = verdict === 'passed' || typeof seen === 'string' ? seen : inWords(seen);
    const assertion = { ...inEnglish(claim, said), verdict, ms: this.#settledAt - since };
    this.#assertions.push(assertion);
    this.#options.onAssertion?.(assertion);
    return assertion;
  }
}

/** Its text is for a claim that holds. */
function inWords(values: ClaimValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
}

function sentence({ claim, seen }: Assertion): string {
  return `${claim}: ${seen}`;
}

/** @throws Error for a claim that cannot be told: a defect of its scenario */
export function checkClaims(claims: readonly Claim[]): void {
  for (const claim of claims) inEnglish(claim, '');
}

function inEnglish(
  { code, values = {}, texts = claimTexts(code, 'en') }: Claim,
  seen: Seen,
): Omit<Assertion, 'verdict' | 'ms'> {
  if (!texts) throw new Error(`the claim ${code} has no texts`);
  if (texts !== claimTexts(code, 'en') && claimTexts(code, 'en')) {
    throw new Error(`the claim ${code} is one of redis-lab's own: give yours another code`);
  }
  const all = typeof seen === 'string' ? values : { ...values, ...seen };
  return {
    code,
    values: valuesIn(texts, all),
    claim: fillClaim(texts, 'claim', values),
    expected: fillClaim(texts, 'expected', values),
    seen: typeof seen === 'string' ? seen : fillClaim(texts, 'seen', all),
  };
}
