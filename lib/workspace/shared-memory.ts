/** Shared memory that a program has left behind, which is a file on Linux. */
import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';

const FOLDER = '/dev/shm';

/** Removes what has these names, if it is this user's. Never throws. */
export function removeShared(...names: readonly string[]): void {
  for (const name of names) {
    const file = path.join(FOLDER, name);
    try {
      if (lstatSync(file).uid === process.getuid?.()) rmSync(file);
    } catch {
      // It is gone already, or cannot be removed: a few bytes, until the next boot.
    }
  }
}
