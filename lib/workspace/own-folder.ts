/** A folder that only this user may look into. */
import { closeSync, constants, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { WorkspaceError } from '../errors.js';
import { attempt } from './failed.js';
import { statOf, whyNotWritable } from './inspect.js';

/**
 * Whether the folder exists.
 * @throws WorkspaceError when it is a link, no folder, or another user's
 */
export function isOwnFolder(folder: string): boolean {
  const stat = statOf(folder);
  if (!stat) return false;
  const what = stat.isSymbolicLink()
    ? 'is a link'
    : !stat.isDirectory()
      ? 'is not a folder'
      : stat.uid !== (process.getuid?.() ?? stat.uid)
        ? 'belongs to somebody else'
        : undefined;
  if (what === undefined) return true;
  throw new WorkspaceError(
    `${folder} ${what}, and redis-lab keeps its own things there. Move it out of the way, and run the same command again.`,
  );
}

/** Makes the folder, and those above it, so that nobody else can look inside. */
export function makeOwnFolder(folder: string): void {
  attempt('make the folder', folder, () => {
    if (statOf(folder)) return;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      // With `recursive`, Node reports ENOENT for a read-only disk.
      const code = whyNotWritable(folder);
      throw code === undefined ? error : Object.assign(new Error(code, { cause: error }), { code });
    }
  });
  isOwnFolder(folder);
  attempt('change the mode of', folder, () => closeToOthers(folder));
}

/** Does not follow a link that has replaced the folder meanwhile. */
function closeToOthers(folder: string): void {
  if (process.platform === 'win32') return;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    fchmodSync(descriptor, 0o700);
  } finally {
    closeSync(descriptor);
  }
}
