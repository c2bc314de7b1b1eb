/** Texts with a unit, as people write them, to the numbers that Redis, Vagrant and systemd want. */

export const DURATION = /^(\d{1,9})(ms|s|m|h)?$/;
export const SIZE = /^(\d{1,7})(?:([MmGg])(?:[Ii]?[Bb])?)?$/;

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a number or a text that {@link DURATION} accepts; NaN for anything else. */
export function toMilliseconds(value: number | string): number {
  if (typeof value === 'number') return value;
  const match = DURATION.exec(value);
  if (!match) return Number.NaN;
  return Number(match[1]) * MILLISECONDS[(match[2] ?? 'ms') as keyof typeof MILLISECONDS];
}

/** Mebibytes of a number or a text that {@link SIZE} accepts; NaN for anything else. */
export function toMegabytes(value: number | string): number {
  if (typeof value === 'number') return value;
  const match = SIZE.exec(value);
  if (!match) return Number.NaN;
  return Number(match[1]) * (match[2]?.toUpperCase() === 'G' ? 1024 : 1);
}
