/** What one scenario found out: its claims, and what happened meanwhile. */
import { now, sleep } from '../clock.js';
import { type ClaimTexts, claimTexts, fillClaim, valuesIn } from '../report/claims.js';
import {
  codesOf,
  joined,
  type Message,
  type MessageValues,
  message,
  quoted,
} from '../report/messages.js';
import type { Assertion, TimelineEntry, Verdict } from '../report/types.generated.js';

/** Ends a scenario: a claim did not hold. */
export class ClaimFailed extends Error {
  override readonly name = 'ClaimFailed';

  constructor(readonly assertion: Assertion) {
    super(`${assertion.claim}: ${assertion.seen}`);
  }
}

/** Something that holds or not. What it says is in `templates/claims/`, by its code. */
export interface Claim {
  /** `failover.promoted`: of no other claim of its scenario. */
  readonly code: string;
  /** What its texts are filled with, as far as that is known beforehand. */
  readonly values?: MessageValues;
  /** Its texts in English, where it is not one of ours. */
  readonly texts?: ClaimTexts;
}

/** Where a claim holds, what its text is filled with; else what was seen, by codes or in English words. */
export type Seen = string | MessageValues | readonly Message[];

/** What a look shows: whether the claim holds by now, and what was seen. */
export interface Look<T> {
  readonly holds: boolean;
  readonly seen: Seen;
  /** Waiting longer does not help. */
  readonly final?: boolean;
  readonly value?: T;
}

/**
 * Between two looks that ask every server, milliseconds: more often, the looking would be most of what a small machine
 * does. Figures are not taken from them.
 */
export const ASK_ALL_EVERY_MS = 50;

interface RecorderOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onAssertion?: (assertion: Assertion) => void;
  readonly onWaiting?: (claim: Pick<Assertion, 'code' | 'values' | 'claim'>) => void;
}

export class Recorder {
  readonly signal: AbortSignal | undefined;
  readonly notes: Message[] = [];
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

  /** Adds to the timeline what happened at a moment of `now()`, which may be set right later. */
  tell(
    source: string,
    event: string,
    detail: string | readonly Message[] = '',
    at = now(),
  ): { at: number } {
    const told =
      typeof detail === 'string'
        ? { detail }
        : { detail: joined(detail, ': '), detailCodes: codesOf(detail) };
    const entry = { at, source, event, ...told };
    this.#entries.push(entry);
    return entry;
  }

  timeline(): TimelineEntry[] {
    return this.#entries
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, ...entry }) => ({ atMs: at - this.zero, ...entry }));
  }

  /** Tells what is waited for, where that is not a claim. */
  waits({ code, values, text: claim }: Message): void {
    this.#options.onWaiting?.({ code, values, claim });
  }

  /** What was found out some other way; throws ClaimFailed if it does not hold. */
  found(claim: Claim, holds: boolean, seen: Seen, since = now()): void {
    const assertion = this.judge(claim, holds, seen, since);
    if (!holds) throw new ClaimFailed(assertion);
  }

  /** The same, and the scenario goes on. */
  judge(claim: Claim, holds: boolean, seen: Seen, since = now()): Assertion {
    return this.#settle(claim, holds ? 'passed' : 'failed', seen, since);
  }

  /**
   * Something went wrong, so the next of these claims fails; undefined where all were settled.
   */
  fail(claims: readonly Claim[], said: string): ClaimFailed | undefined {
    const [next] = this.#open(claims);
    return next && new ClaimFailed(this.#settle(next, 'failed', [quoted(said)], this.#settledAt));
  }

  /** Looks until the claim holds or the time is up; throws ClaimFailed then, with what was last seen. */
  async eventually<T>(
    claim: Claim,
    { withinMs, everyMs = 10 }: { readonly withinMs: number; readonly everyMs?: number },
    look: () => Look<T> | Promise<Look<T>>,
  ): Promise<T> {
    const since = now();
    this.#options.onWaiting?.(inEnglish(claim, ''));
    for (;;) {
      this.signal?.throwIfAborted();
      const { holds, seen, final = false, value } = await look();
      const late = now() - since >= withinMs;
      if (holds || final || late) {
        const shown = typeof seen === 'string' ? [quoted(seen)] : seen;
        const waited = !holds && !final && isMessages(shown);
        const ms = now() - since;
        this.found(claim, holds, waited ? [...shown, message('waited', { ms })] : seen, since);
        return value as T;
      }
      await sleep(everyMs, this.signal);
    }
  }

  /** Claims that were not looked at, because one before them failed. */
  skip(claims: readonly Claim[], why: Message): void {
    for (const claim of this.#open(claims)) {
      this.#assertions.push({ ...inEnglish(claim, [why]), verdict: 'skipped', ms: 0 });
    }
  }

  /** Those that nothing was said about. */
  #open(claims: readonly Claim[]): Claim[] {
    return claims.filter(({ code }) => !this.#assertions.some((each) => each.code === code));
  }

  #settle(claim: Claim, verdict: Verdict, seen: Seen, since: number): Assertion {
    this.#settledAt = now();
    const said = verdict !== 'passed' && isValues(seen) ? inWords(seen) : seen;
    const assertion = { ...inEnglish(claim, said), verdict, ms: this.#settledAt - since };
    this.#assertions.push(assertion);
    this.#options.onAssertion?.(assertion);
    return assertion;
  }
}

/** Its text is for a claim that holds. */
function inWords(values: MessageValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
}

function isMessages(seen: Seen): seen is readonly Message[] {
  return Array.isArray(seen);
}

function isValues(seen: Seen): seen is MessageValues {
  return typeof seen !== 'string' && !isMessages(seen);
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
  const all = isValues(seen) ? { ...values, ...seen } : values;
  return {
    code,
    values: valuesIn(texts, all),
    claim: fillClaim(texts, 'claim', values),
    expected: fillClaim(texts, 'expected', values),
    ...(isMessages(seen)
      ? { seen: joined(seen), seenCodes: codesOf(seen) }
      : { seen: isValues(seen) ? fillClaim(texts, 'seen', all) : seen }),
  };
}
