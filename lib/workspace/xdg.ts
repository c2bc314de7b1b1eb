/** This user's folders: the XDG base directories, on every platform. */
import { homedir } from 'node:os';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';

/** Folder of labs, and of what is kept of failures: `$XDG_STATE_HOME/redis-lab`, else `~/.local/state/redis-lab`. */
export function stateHome(): string {
  return path.join(home('XDG_STATE_HOME', '.local/state'), 'redis-lab');
}

/**
 * Folder of what can be downloaded or built again: `$XDG_CACHE_HOME/redis-lab`, else `%LOCALAPPDATA%\redis-lab` on Windows,
 * `~/.cache/redis-lab` elsewhere.
 */
export function cacheHome(): string {
  const { LOCALAPPDATA } = process.env;
  const windows = process.platform === 'win32' && !process.env['XDG_CACHE_HOME'] && LOCALAPPDATA;
  return path.join(windows || home('XDG_CACHE_HOME', '.cache'), 'redis-lab');
}

/** The standard says to ignore a path that is not absolute. */
function home(variable: string, otherwise: string): string {
  const named = process.env[variable];
  if (named && path.isAbsolute(named)) return named;
  const own = homedir();
  if (path.isAbsolute(own)) return path.join(own, otherwise);
  throw new WorkspaceError(
    `HOME is ${JSON.stringify(own)}, which is no absolute path. Set it, or ${variable}, to a folder of yours.`,
  );
}
