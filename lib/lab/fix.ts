/** Mending what can be mended for certain, in files that somebody wrote. */
import { usage } from '../errors.js';
import { Patch } from '../redis-conf/fixes/edit.js';
import type { CheckResult } from '../report/types.generated.js';
import { MOST } from '../workspace/named-file.js';
import { rewriteAll } from '../workspace/rewrite.js';
import { type CheckOptions, type ConfigurationFile, type Run, readForCheck } from './check.js';

/** One mend may show another mistake of the same line. */
const MOST_PASSES = 10;

export interface Mending {
  readonly before: Run;
  readonly after: Run;
  /** Of the files that change, by name. */
  readonly patches: ReadonlyMap<string, Patch>;
}

/** Writes nothing. @throws RedisLabError (2) */
export async function mending(
  files: readonly (string | ConfigurationFile)[],
  options: CheckOptions = {},
): Promise<Mending> {
  const reading = await readForCheck(files, options);
  const before = reading.check();
  const patches = new Map<string, Patch>();
  let after = before;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const changed = new Set(
      after.result.findings.flatMap((each) => (each.edits ? [each.file] : [])),
    );
    if (changed.size === 0) break;
    for (const file of changed) {
      const patch = patches.get(file) ?? new Patch(before.texts.get(file) ?? '');
      const own = after.result.findings.filter((each) => each.file === file);
      patch.apply(own.flatMap(({ edits }) => (edits ? [edits] : [])));
      patches.set(file, patch);
    }
    after = reading.check(new Map([...patches].map(([file, { text }]) => [file, text])));
  }
  return { before, after, patches };
}

/** What is piped in, by its name. */
export const PIPED = '-';

/**
 * Writes the files, all or none.
 * @returns what is left to say of them
 * @throws RedisLabError (2) where one cannot be written, or is no longer what was read
 */
export function writeMended({ after, patches }: Mending): CheckResult {
  const files = [...patches].filter(([file]) => file !== PIPED);
  rewriteAll(
    files.map(([file, patch]) => ({ file, make: (bytes) => patch.patched(bytes) })),
    MOST.configuration,
  );
  return { ...after.result, fixed: files.map(([file, { count }]) => ({ file, count })) };
}

/** What was piped in, mended. @throws RedisLabError (2) where bytes of it would be lost */
export function pipedText({ before, after }: Mending): string {
  if (before.texts.get(PIPED)?.includes('\ufffd')) {
    throw usage(
      'What was piped in is not UTF-8, and would be changed by that. Name the file instead.',
    );
  }
  return after.texts.get(PIPED) ?? '';
}
