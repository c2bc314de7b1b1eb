/** What of this host the search for a server depends on; tests make up their own. */

import { searchPath } from '../../command/programs.js';
import { cacheHome } from '../../workspace/xdg.js';

export interface Here {
  readonly platform: NodeJS.Platform;
  /** Folders in which programs are looked for, absolute, in order. */
  readonly folders: readonly string[];
  /** Folder of sources and builds, absolute. */
  readonly cache: string;
  readonly isRoot: boolean;
  /** Whether somebody sits at a terminal who can be asked for a password. */
  readonly terminal: boolean;
}

/**
 * Where package managers put servers, which not every user's PATH has. Not /snap/bin: what runs from
 * there may not read hidden folders, and that is where a lab has its data.
 */
const USUAL = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin'];

export function thisHost(): Here {
  const { platform } = process;
  return {
    platform,
    folders: [...new Set([...searchPath(), ...(platform === 'win32' ? [] : USUAL)])],
    cache: cacheHome(),
    isRoot: process.getuid?.() === 0,
    terminal: process.stdin.isTTY === true,
  };
}
