/** Files of the user that are changed together: all of them or none. */
import { accessSync, constants, lstatSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { attempt, failed } from './failed.js';
import { checkWritable } from './named-file.js';
import { patiently } from './patience.js';
import { readAll, withOpen, writeAside } from './regular.js';

export interface Rewrite {
  readonly file: string;
  /** The new content; undefined where the file no longer is what was read. */
  readonly make: (before: Buffer) => Uint8Array | undefined;
}

/**
 * Changes files, each in one step, with its rights and its owner. A link of this user is followed to its file.
 * @param most bytes of one file
 * @throws WorkspaceError with all that cannot be written; then nothing was
 */
export function rewriteAll(rewrites: readonly Rewrite[], most: number): void {
  const problems: string[] = [];
  const ready: { aside: string; place: string }[] = [];
  for (const rewrite of rewrites) {
    try {
      ready.push(prepared(rewrite, most));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const places = ready.map(({ place }) => place);
  for (const twice of new Set(places.filter((place, at) => places.indexOf(place) !== at))) {
    problems.push(`${twice} was named twice, in two ways. Name it once.`);
  }
  try {
    if (problems.length > 0) {
      throw new WorkspaceError(`${problems.join('\n')}\nNothing was changed.`);
    }
    for (const { aside, place } of ready) {
      attempt('write', place, () => patiently(() => renameSync(aside, place)));
    }
  } finally {
    for (const { aside } of ready) rmSync(aside, { force: true });
  }
}

function prepared({ file, make }: Rewrite, most: number): { aside: string; place: string } {
  checkWritable(file);
  const place = attempt('write', file, () => realpathSync(file));
  attempt('write', file, () => accessSync(place, constants.W_OK));
  return attempt('write', file, () => {
    const there = lstatSync(place);
    const after = withOpen(place, (open) => make(readAll(open, most)));
    if (after === undefined) {
      throw new WorkspaceError(`${file} was changed at this moment. Run the same command again.`);
    }
    const { uid, gid, mode } = there;
    try {
      const aside = writeAside(path.dirname(place), after, mode & 0o7777, { uid, gid });
      return { aside, place };
    } catch (error) {
      throw failed('write, with its owner and rights,', file, error);
    }
  });
}
