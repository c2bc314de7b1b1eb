/** Files in the cache that another user may have put there: they are not run, not given to nodes, and not removed. */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { type Message, message } from '../report/messages.js';
import { distrustOf } from '../workspace/trust.js';

/** Something in the cache that is not used. */
export interface Foreign {
  /** What is wrong with its owner or rights, a sentence that names the file or a folder above it. */
  readonly seen: Message;
  /** What to do. */
  readonly fix: Message;
}

/** Why the first untrusted one of some files in the cache is not used; undefined if all are trusted. */
export function foreignAmong(files: readonly string[]): Foreign | undefined {
  for (const file of files) {
    const distrust = distrustOf(file);
    if (!distrust) continue;
    const { place, seen, fix: command } = distrust;
    return {
      seen: message('cache.foreign', { place, said: seen }),
      fix: message('cache.foreign.fix', { command }),
    };
  }
  return undefined;
}

/** The same as a sentence without its subject. */
export function foreignFlaw(...files: readonly string[]): string | undefined {
  const { seen, fix } = foreignAmong(files) ?? {};
  if (!seen || !fix) return undefined;
  return `is not used: ${seen.text}, and what is run must be yours or root's alone. ${fix.text}`;
}

/**
 * @param folder below the cache; need not exist
 * @throws WorkspaceError when others could change what is put there
 */
export function refuseForeign(cache: string, folder = ''): void {
  const foreign = foreignAmong([path.join(cache, folder)]);
  if (!foreign) return;
  throw new WorkspaceError(
    `The cache ${cache} is not used: ${foreign.seen.text}, and what is kept there is run later. ${foreign.fix.text}`,
  );
}
