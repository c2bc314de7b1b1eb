/** What the search for a server depends on; tests pass their own. */
import { searchPath } from '../../command/programs.js';
import { cacheHome } from '../../workspace/xdg.js';

export interface Here {
  readonly platform: NodeJS.Platform;
  /** Folders of programs, absolute, in order. */
  readonly folders: readonly string[];
  /** Folder of sources and builds, absolute. */
  readonly cache: string;
  readonly isRoot: boolean;
  /** Whether there is a terminal on which sudo can ask for a password. */
  readonly terminal: boolean;
}

/**
 * Folders of package managers, which may not be in PATH. Not /snap/bin: snaps cannot read hidden folders, where labs have
 * their data.
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
