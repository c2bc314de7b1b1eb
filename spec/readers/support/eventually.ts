import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until `probe` throws no more, and ends with what it threw last if that is too late. */
export async function eventually<T>(seconds: number, probe: () => Promise<T>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() >= end) {
        throw new Error(`not so after ${seconds} s: ${(error as Error).message}`, { cause: error });
      }
    }
    await sleep(100);
  }
}
