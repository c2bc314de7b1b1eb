/** What somebody meant who wrote a time with a unit where a server takes a plain number. */

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  secs: 1_000,
  second: 1_000,
  seconds: 1_000,
  min: 60_000,
  mins: 60_000,
  minutes: 60_000,
  h: 3_600_000,
};

/** From where on a number in front of `s` was meant in milliseconds: nobody waits for 1,000 s, and `5000s` is read as 5000 ms. */
const IN_MILLISECONDS = 1_000;

/**
 * The plain number; undefined where it is not certain. `m` alone is not: it is a million elsewhere.
 * @param isCut the server reads the digits in front, as Sentinel does
 */
export function plainTime(value: string, unit: 'ms' | 's', isCut: boolean): number | undefined {
  if (/^\d{1,3}(?:_\d{3})+$/.test(value)) return Number(value.replaceAll('_', ''));
  if (/^\d+e\d$/i.test(value)) return Number(value);
  const [, digits, name = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(value) ?? [];
  const factor = UNITS_MS[name.toLowerCase()];
  if (digits === undefined || factor === undefined) return undefined;
  const isSeconds = factor === 1_000;
  if (unit === 'ms' && isSeconds && Number(digits) >= IN_MILLISECONDS) {
    return isCut && Number.isInteger(Number(digits)) ? Number(digits) : undefined;
  }
  const number = (Number(digits) * factor) / (unit === 'ms' ? 1 : 1_000);
  return Number.isInteger(number) ? number : undefined;
}
