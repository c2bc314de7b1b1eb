import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import { MachineBackend } from '../machine/backend.js';
import { MACHINE_OFFERS } from '../machine/host.js';
import { type IncusOptions, IncusServer } from './host.js';

export { incusLabs } from './list.js';

/** Containers or virtual machines of an Incus or LXD server. */
export function incusBackend(
  lab: LabModel,
  options: IncusOptions = {},
  faults = faultsFor({ name: 'incus', offers: MACHINE_OFFERS }),
): Backend {
  return new MachineBackend(lab, new IncusServer(lab, options), faults, options.stateHome);
}
