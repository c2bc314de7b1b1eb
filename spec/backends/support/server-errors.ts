import { expect } from 'chai';
import { RedisLabError } from '../../../lib/errors.js';

/** The error that a promise ends with; it is one that was thrown on purpose, with this exit code. */
export async function refusal(promise: Promise<unknown>, exitCode: number): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RedisLabError)) throw error ?? new Error('it was not refused');
  expect(error.exitCode, error.message).to.equal(exitCode);
  return error.message;
}
