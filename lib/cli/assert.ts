/** Stands in for `node:assert` in the bundle: yargs asks for these two, and loading it all takes 3 ms. */

export function strictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (actual !== expected) throw new Error(message ?? 'values differ');
}

export function notStrictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (actual === expected) throw new Error(message ?? 'values are the same');
}
