import type { LabModel } from '../../model/model.js';
import type { Guard } from '../../model/secret.js';
import type { ProcessTable } from '../../process/processes.js';
import type { LocalServer } from './local-server.js';
import type { Addressing } from './localise.js';
import type { LabPaths } from './paths.js';

/** What every part of this backend needs: one description, on this machine. */
export interface Context {
  readonly described: LabModel;
  readonly paths: LabPaths;
  readonly table: ProcessTable;
  readonly guard: Guard;
  readonly addressing: Addressing['kind'];
  /** The server that the lab would run; undefined if there is none. */
  readonly find: (signal?: AbortSignal) => Promise<LocalServer | undefined>;
}
