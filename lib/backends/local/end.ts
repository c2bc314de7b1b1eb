/** Ending servers in good order. */
import { end, type Identity, type ProcessTable } from '../../process/processes.js';

/** How long a server may take to save and end, milliseconds. */
export const GRACE = {
  /** Redis waits up to 10 s for its replicas. */
  kept: 10_000,
  /** Its data will be removed, so it need not finish saving; on a full disk it never would. */
  unwanted: 3000,
} as const;

export interface Ending {
  /** `master redis` */
  readonly name: string;
  readonly identity: Identity;
}

/** Ends the Sentinels first, so that none takes the Redis servers for crashed. Gives what was ended. */
export async function endAll(
  table: ProcessTable,
  endings: readonly Ending[],
  graceMs: number = GRACE.kept,
): Promise<string[]> {
  const ended: string[] = [];
  const failures: unknown[] = [];
  for (const service of ['sentinel', 'redis']) {
    const batch = endings.filter(({ name }) => name.endsWith(` ${service}`));
    const results = await Promise.allSettled(
      batch.map(async ({ name, identity }) =>
        (await end(table, name, identity, graceMs)) ? [name] : [],
      ),
    );
    for (const result of results) {
      if (result.status === 'fulfilled') ended.push(...result.value);
      else failures.push(result.reason);
    }
  }
  if (failures.length > 0) throw failures[0];
  return ended;
}
