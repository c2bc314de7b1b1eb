/** Limits to what a scenario measures: claims after its own. */
import { usage } from '../errors.js';
import { type MessageValues, message } from '../report/messages.js';
import type { Assertion } from '../report/types.generated.js';
import type { Sections } from './context.js';
import type { Claim, Recorder } from './recorder.js';
import { rounded } from './rounded.js';

/** What a failover may cost at most, as a CI service wants it. Each is a claim of its own; absent: no limit. */
export interface Limits {
  /** For the outage of a client that asks Sentinel, milliseconds: `outageMs` of the result. */
  readonly outageMs?: number | undefined;
  /** From the fault to the first write that the promoted node takes, milliseconds: `writableMs` of the result. */
  readonly writableMs?: number | undefined;
  /** For acknowledged writes that are not there at the end: `ledger.lost` of the result. */
  readonly lost?: number | undefined;
}

interface Limit {
  readonly key: keyof Limits;
  readonly code: string;
  /** null where it was not measured. */
  readonly value: (sections: Sections) => number | null;
  /** What is said of it. */
  readonly told: (sections: Sections) => MessageValues;
  /** The same, where the limit does not hold. */
  readonly seen: 'limits.ms' | 'limits.lost';
}

const LIMITS: readonly Limit[] = [
  {
    key: 'outageMs',
    code: 'limits.outage',
    value: ({ outageMs }) => outageMs,
    told: ({ outageMs }) => ({ ms: outageMs ?? 0 }),
    seen: 'limits.ms',
  },
  {
    key: 'writableMs',
    code: 'limits.writable',
    value: ({ writableMs }) => writableMs,
    told: ({ writableMs }) => ({ ms: writableMs ?? 0 }),
    seen: 'limits.ms',
  },
  {
    key: 'lost',
    code: 'limits.lost',
    value: ({ ledger }) => ledger?.lost ?? null,
    told: ({ ledger }) => ({ lost: ledger?.lost ?? 0, acknowledged: ledger?.acknowledged ?? 0 }),
    seen: 'limits.lost',
  },
];

function limitsIn(limits: Limits): (Limit & { readonly max: number })[] {
  return LIMITS.flatMap((limit) => {
    const max = limits[limit.key];
    return max === undefined ? [] : [{ ...limit, max }];
  });
}

export function limitClaims(limits: Limits): Claim[] {
  return limitsIn(limits).map(({ code, max }) => ({ code, values: { max } }));
}

/**
 * Makes the claims about what was measured, each regardless of the others; gives the first that does not hold. What was not
 * measured fails if something was broken, and is skipped if the scenario failed before.
 */
export function judgeLimits(
  limits: Limits,
  sections: Sections,
  recorder: Recorder,
  hasFailed: boolean,
): Assertion | undefined {
  const broken: Assertion[] = [];
  for (const { code, max, value, told, seen } of limitsIn(limits)) {
    const claim = { code, values: { max } };
    const found = value(sections);
    if (found === null) {
      const why = message(hasFailed ? 'skipped.after-failure' : 'limits.unmeasured');
      if (hasFailed || !sections.fault) recorder.skip([claim], why);
      else broken.push(recorder.judge(claim, false, [why]));
      continue;
    }
    const holds = rounded(found) <= max;
    const judged = recorder.judge(
      claim,
      holds,
      holds ? told(sections) : [message(seen, told(sections))],
    );
    if (!holds) broken.push(judged);
  }
  return broken[0];
}

/** @throws RedisLabError (2) with every limit that is not a number of its kind */
export function checkLimits(limits: Limits): void {
  const wrong = limitsIn(limits).flatMap(({ key, max }) => {
    if (max >= 0 && Number.isFinite(max) && (key !== 'lost' || Number.isInteger(max))) return [];
    return [
      `limits.${key} is ${max}; use ${key === 'lost' ? 'a whole number of writes' : 'milliseconds'}.`,
    ];
  });
  if (wrong.length > 0) throw usage(wrong.join('\n'));
}

/**
 * @param whyNot of each scenario: why it measures nothing on this lab; undefined if it does
 * @throws RedisLabError (2) for limits that no scenario could judge
 */
export function refuseUnmeasured(
  limits: Limits,
  whyNot: readonly { readonly name: string; readonly why: string | undefined }[],
): void {
  if (limitsIn(limits).length === 0 || whyNot.some(({ why }) => why === undefined)) return;
  const each = whyNot.map(({ name, why }) => `${name}: ${why}`).join('; ');
  throw usage(
    `The limits could not be judged, for no failover would be measured (${each}). Leave them out, or verify failover on a lab that can fail over.`,
    'limits.unmeasured',
  );
}
