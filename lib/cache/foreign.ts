/** What somebody else may have put into the cache: it is not run, not handed to nodes, and not removed. */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { type Distrust, distrustOf } from '../workspace/trust.js';

/** Something in the cache that is not used. */
export interface Foreign {
  /** Whose it is, a sentence that names the file or a folder above it. */
  readonly seen: string;
  /** What to do. */
  readonly fix: string;
}

/** Why the first of some files in the cache that could be somebody else's is not used; undefined if none could. */
export function foreignAmong(files: readonly string[]): Foreign | undefined {
  for (const file of files) {
    const distrust = distrustOf(file);
    if (distrust) return { seen: `${distrust.place} ${distrust.seen}`, fix: wayOut(distrust) };
  }
  return undefined;
}

/** The same as a sentence without its subject. */
export function foreignFlaw(...files: readonly string[]): string | undefined {
  const foreign = foreignAmong(files);
  return foreign && flawText(foreign);
}

export function flawText({ seen, fix }: Foreign): string {
  return `is not used: ${seen}, and what is run must be yours or root's alone. ${fix}`;
}

/**
 * @throws WorkspaceError when others may change what is put into a folder of the cache, which may not be
 * there yet
 */
export function refuseForeign(cache: string, folder = ''): void {
  const foreign = foreignAmong([path.join(cache, folder)]);
  if (!foreign) return;
  throw new WorkspaceError(
    `The cache ${cache} is not used: ${foreign.seen}, and what is kept there is run later. ${foreign.fix}`,
  );
}

function wayOut({ fix }: Distrust): string {
  return `Set XDG_CACHE_HOME to a folder of your own; or, if you know that all in it is sound: ${fix}`;
}
