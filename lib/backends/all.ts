/**
 * Does `task` for all items at once. The first failure aborts the signal of the others, and is thrown once all have ended.
 */
export async function all<Each, Result>(
  items: readonly Each[],
  signal: AbortSignal | undefined,
  task: (each: Each, off: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failed = new AbortController();
  const off = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const results = await Promise.allSettled(
    items.map(async (each) => {
      try {
        return await task(each, off);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  failed.signal.throwIfAborted();
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
