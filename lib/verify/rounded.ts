/** Numbers of a result as exact as they were measured: the clock has more digits than what it was read for. */

/** A tenth of a millisecond: a read from a replica takes some; a probe or a write comes every ten. */
const PER_MS = 10;

/** A copy of plain data in which no number has more than one digit behind the point. */
export function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Math.round(value * PER_MS) / PER_MS + 0) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, rounded(each)]);
  return Object.fromEntries(entries) as T;
}
