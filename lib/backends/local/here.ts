/** What of this host the search for a server depends on; tests make up their own. */
import { cacheFolder } from '../../cache/cache-folder.js';
import { searchPath } from '../../cache/programs.js';

export interface Here {
  readonly platform: NodeJS.Platform;
  /** Folders in which programs are looked for, absolute. */
  readonly folders: readonly string[];
  /** Folder of the build cache, absolute. */
  readonly cache: string;
  readonly isRoot: boolean;
  /** Whether somebody sits at a terminal who can be asked for a password. */
  readonly terminal: boolean;
}

export function thisHost(): Here {
  return {
    platform: process.platform,
    folders: searchPath(),
    cache: cacheFolder(),
    isRoot: process.getuid?.() === 0,
    terminal: process.stdin.isTTY === true,
  };
}
