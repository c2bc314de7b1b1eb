import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import { machineBackend } from '../machine/backend.js';
import { OF_MACHINES } from '../machine/offers.js';
import { type IncusOptions, IncusServer } from './host.js';

export { incusLabs } from './list.js';

/** Containers or virtual machines of an Incus or LXD server. */
export function incusBackend(
  lab: LabModel,
  options: IncusOptions = {},
  faults = faultsFor({ name: 'incus', offers: OF_MACHINES }),
): Backend {
  return machineBackend(lab, new IncusServer(lab, options), faults, options.stateHome);
}
