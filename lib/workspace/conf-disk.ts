/** What configurations name beside themselves on the disk: certificates, keys, scripts. */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Disk, suffixesOf } from '../redis-conf/rules/configuration.js';
import { readAll, withOpen } from './regular.js';

/** A chain of certificates, and many authorities. Bytes. */
const MOST_PEM = 500_000;

/**
 * @param file the configuration
 * @param roots folders, without links, in which files may be read wherever the configuration is for
 */
export function diskOf(file: string, roots: readonly string[]): Disk {
  return {
    at: Date.now(),
    read(named, where) {
      const folder = path.dirname(file);
      const beside = suffixesOf(named).map((each) => path.join(folder, each));
      for (const each of beside) {
        const text = textOf(each, (place) => isInside(place, roots));
        if (text !== undefined) return { text };
      }
      if (where === 'anywhere' || !path.isAbsolute(named)) return undefined;
      const text = textOf(named, () => true);
      if (text !== undefined) return { text };
      return modeOf(named) === 'absent' ? 'absent' : undefined;
    },
    lacks(program) {
      const mode = modeOf(program);
      if (mode === 'absent' || mode === undefined) return mode;
      return (mode & 0o111) === 0 ? 'not-executable' : undefined;
    },
  };
}

function isInside(place: string, roots: readonly string[]): boolean {
  return roots.some((root) => place.startsWith(`${root}${path.sep}`));
}

/** Undefined also for what may not be read, or is none of those that are. */
function textOf(file: string, mayBeRead: (place: string) => boolean): string | undefined {
  try {
    const place = realpathSync(file);
    if (!mayBeRead(place)) return undefined;
    return withOpen(place, (open) => readAll(open, MOST_PEM))?.toString('latin1');
  } catch {
    return undefined;
  }
}

/** Undefined where it lies in a folder that may not be looked into. */
function modeOf(file: string): number | 'absent' | undefined {
  try {
    return statSync(file).mode;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : undefined;
  }
}
