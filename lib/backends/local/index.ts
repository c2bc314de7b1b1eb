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

export interface LocalOptions {
  /** Finds the server. Default: as on any machine. */
  readonly find?: (lab: LabModel, signal?: AbortSignal) => Promise<LocalServer | undefined>;
  /** What is said where it finds none. */
  readonly lack?: (lab: LabModel, signal?: AbortSignal) => Promise<Lack>;
  /** Folder that holds `redis-lab/NAME`. Default: `$XDG_STATE_HOME`, `~/.local/state`. */
  readonly stateHome?: string;
  /** How the nodes are told apart. Default: by address on Linux, by port elsewhere, where loopback is one address. */
  readonly addressing?: Addressing['kind'];
  /** How processes are looked at. Default: as this system tells of them. */
  readonly table?: ProcessTable;
}

/** The backend that runs a lab on this machine. */
export function localBackend(
  lab: LabModel,
  options: LocalOptions = {},
  faults = faultsFor({ name: 'local', offers: OFFERS }),
): Backend {
  const { find = findServer, lack = serverLack, stateHome } = options;
  const addressing = options.addressing ?? (process.platform === 'linux' ? 'addresses' : 'ports');
  const table = options.table ?? systemTable();
  // A new one each time: what a folder is was true when it was looked at, and may not be later.
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
      // Preflight and up ask alike; what is there once stays.
      find: async (signal) => {
        found ??= await find(lab, signal);
        return found;
      },
    },
    (signal) => lack(lab, signal),
    faults,
  );
}
