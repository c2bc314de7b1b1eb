import { RedisLabError } from '../../lib/errors.js';

/** What work fails with. @throws Error where it does not fail */
export async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

/** What work refuses to do, with the reason. @throws what else it fails with, and where it does not fail */
export async function refusal(work: Promise<unknown>): Promise<RedisLabError> {
  const error = await failure(work);
  if (error instanceof RedisLabError) return error;
  throw error;
}
