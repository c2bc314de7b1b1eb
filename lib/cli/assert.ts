/** In place of Node's `assert` in the executable, of which yargs wants these two, and which loads a good part of what `generate` does not need. */

export function strictEqual(actual: unknown, expected: unknown, message?: string | Error): void {
  if (!Object.is(actual, expected)) throw wrong(message);
}

export function notStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void {
  if (Object.is(actual, expected)) throw wrong(message);
}

function wrong(message: string | Error | undefined): Error {
  return message instanceof Error ? message : new Error(message);
}
