/** Why a server refuses what it refuses, or is not linked, where its log says more than its answer. */
import type { Backend } from '../backends/backend.js';
import { type Flaw, flaw } from './health.js';

/** Lines of the log that are searched: a failed save was seconds ago, and is tried again. */
const TAIL = 200;

/** How long a log may take to be read, milliseconds. */
const READ_MS = 5000;

/** `123:M 24 Nov 2026 12:36:38.123 # Failed opening the temp RDB file temp-7.rdb … for saving: Permission denied` */
const SAVING =
  /^\d+:[A-Z] .*? # ((?:Failed|Error|Write error|Short write|Can't|fsync).*\b(?:RDB|DB|AOF|append.only|save|background|fork|rewriting|fsync)\b.*)$/i;

/** `MISCONF Errors writing to the AOF file: No space left on device` */
const SAYS_WHY = /AOF file: \S/;

/** `123:S 24 Nov 2026 12:36:38.123 # Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair …` */
const LINKING =
  /^\d+:S .*? # ((?!Connection with|Timeout|Disconnect).*\b(?:MASTER|PRIMARY|SYNC|PSYNC|synchronization)\b.*)$/i;

/** `123:S … # Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA synchronization: …` */
const STORING = /^\d+:S .*? # (.*\bsynchronization\b.*)$/i;

/** What it says once a link is up again. */
const LINKED = /sync: Finished|Successful partial resync/;

/** The same flaws; of a server that could not save, and of a link that is down, with the reason that its log gives. */
export async function withCauses(
  flaws: readonly Flaw[],
  backend: Pick<Backend, 'logs'>,
): Promise<readonly Flaw[]> {
  return Promise.all(
    flaws.map(async (each) => {
      const why = REASONS[each.code];
      if (!why || SAYS_WHY.test(String(each.values['said']))) return each;
      const said = await lastOf(backend, String(each.values['node']), why.reason, why.over);
      return said === undefined ? each : flaw(why.code, { ...each.values, said });
    }),
  );
}

const REASONS: Readonly<
  Record<string, { code: Parameters<typeof flaw>[0]; reason: RegExp; over?: RegExp }>
> = {
  'servers.redis-unsaved': { code: 'servers.redis-unsaved', reason: SAVING },
  // It tries again and again to take what it cannot store.
  'links.syncing': { code: 'links.down-since', reason: STORING, over: LINKED },
  'links.down': { code: 'links.down-since', reason: LINKING, over: LINKED },
};

/** What the log of a node's Redis server says last to a pattern, unless another one comes after it. */
async function lastOf(
  backend: Pick<Backend, 'logs'>,
  node: string,
  reason: RegExp,
  over: RegExp | undefined,
): Promise<string | undefined> {
  let found: string | undefined;
  try {
    const signal = AbortSignal.timeout(READ_MS);
    for await (const line of backend.logs(node, 'redis', { tail: TAIL, signal })) {
      found = over?.test(line) ? undefined : (reason.exec(line)?.[1] ?? found);
    }
  } catch {
    // Then there is only the server's own answer.
  }
  return found;
}
