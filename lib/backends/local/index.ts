import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { ProcessTable } from '../../process/processes.js';
import { systemTable } from '../../process/system-table.js';
import type { Backend, Lack } from '../backend.js';
import { guardOf } from './guard.js';
import { LocalBackend } from './local-backend.js';
import type { LocalServer } from './local-server.js';
import type { Addressing } from './localise.js';
import { OFFERS } from './offers.js';
import { pathsFor } from './paths.js';
import { findServer, serverLack } from './server.js';

export { localLabs } from './list.js';
export { localClasses } from './rooms.js';

export interface LocalOptions {
  /** Finds the server. Default: in the cache and in PATH. */
  readonly find?: (lab: LabModel, signal?: AbortSignal) => Promise<LocalServer | undefined>;
  /** What is lacking if it finds none. */
  readonly lack?: (lab: LabModel, signal?: AbortSignal) => Promise<Lack>;
  /** Folder of `redis-lab/NAME`. Default: `$XDG_STATE_HOME`, else `~/.local/state`. */
  readonly stateHome?: string;
  /**
   * Whether nodes differ by address or by port. Default: by address on Linux, by port elsewhere, where loopback is one
   * address.
   */
  readonly addressing?: Addressing['kind'];
  /** Default: the process table of this system. */
  readonly table?: ProcessTable;
}

/** Processes of this machine, on loopback. */
export function localBackend(
  lab: LabModel,
  options: LocalOptions = {},
  faults = faultsFor({ name: 'local', offers: OFFERS }),
): Backend {
  const { find = findServer, lack = serverLack, stateHome } = options;
  const addressing = options.addressing ?? (process.platform === 'linux' ? 'addresses' : 'ports');
  const table = options.table ?? systemTable();
  // New each time, because a Folder caches its checks.
  const paths = () => pathsFor(lab.name, stateHome);
  let found: LocalServer | undefined;
  return new LocalBackend(
    {
      described: lab,
      get paths() {
        return paths();
      },
      table,
      guard: guardOf(paths, table),
      addressing,
      // Preflight and up both ask.
      find: async (signal) => {
        found ??= await find(lab, signal);
        return found;
      },
    },
    (signal) => lack(lab, signal),
    faults,
  );
}
