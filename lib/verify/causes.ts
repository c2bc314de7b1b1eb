/** Why a server refuses what it refuses, where its log says more than its answer. */
import type { Backend } from '../backends/backend.js';
import { type Flaw, flaw } from './health.js';

/** Lines of the log that are searched: a failed save was seconds ago, and is tried again. */
const TAIL = 200;

/** How long a log may take to be read, milliseconds. */
const READ_MS = 5000;

/** `123:M 24 Nov 2026 12:36:38.123 # Failed opening the temp RDB file temp-7.rdb … for saving: Permission denied` */
const SAVING =
  /^\d+:[A-Z] .*? # ((?:Failed|Error|Write error|Short write|Can't|fsync).*\b(?:RDB|DB|AOF|append.only|save|background|fork|rewriting|fsync)\b.*)$/i;

/** The same flaws; of a server that could not save, with the reason that its log gives. */
export async function withCauses(
  flaws: readonly Flaw[],
  backend: Pick<Backend, 'logs'>,
): Promise<readonly Flaw[]> {
  return Promise.all(
    flaws.map(async (each) => {
      if (each.code !== 'servers.redis-unsaved') return each;
      const said = await whyUnsaved(backend, String(each.values['node']));
      return said === undefined ? each : flaw(each.code, { ...each.values, said });
    }),
  );
}

async function whyUnsaved(
  backend: Pick<Backend, 'logs'>,
  node: string,
): Promise<string | undefined> {
  let found: string | undefined;
  try {
    const signal = AbortSignal.timeout(READ_MS);
    for await (const line of backend.logs(node, 'redis', { tail: TAIL, signal })) {
      found = SAVING.exec(line)?.[1] ?? found;
    }
  } catch {
    // Then there is only the server's own answer.
  }
  return found;
}
