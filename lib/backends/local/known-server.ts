/** Whether the server program in a saved state may be run: the state alone is no reason to trust it. */
import path from 'node:path';
import { BUILDS } from '../../cache/names.js';
import { realPath } from '../../workspace/inspect.js';
import { distrustOf } from '../../workspace/trust.js';
import { bothEngines } from './find-server.js';
import { type Here, thisHost } from './here.js';
import type { LocalServer } from './local-server.js';

/**
 * Whether server and client are where the search for a server would find them, and only this user and root can have put them
 * there. Runs nothing.
 */
export function isKnown({ program, cli, engine }: LocalServer, here: Here = thisHost()): boolean {
  const engines = bothEngines(engine);
  const servers = engines.flatMap((each) => [`${each}-server`, `${each}-check-rdb`]);
  const clients = engines.map((each) => `${each}-cli`);
  return (
    isFound(program, servers, here) &&
    isFound(cli, clients, { ...here, folders: [path.dirname(program), ...here.folders] })
  );
}

function isFound(file: string, names: readonly string[], { folders, cache }: Here): boolean {
  const real = realPath(file);
  if (real === undefined || distrustOf(file)) return false;
  const builds = realPath(path.join(cache, BUILDS));
  if (builds !== undefined && real.startsWith(`${builds}${path.sep}`)) return true;
  return folders.some((folder) => names.some((name) => realPath(path.join(folder, name)) === real));
}
