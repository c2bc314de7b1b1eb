import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import { machineBackend } from '../machine/backend.js';
import { OF_MACHINES } from '../machine/offers.js';
import { type VagrantOptions, VagrantProject } from './host.js';

export { vagrantLabs } from './list.js';

/** Virtual machines, made by Vagrant with VirtualBox or libvirt. */
export function vagrantBackend(
  lab: LabModel,
  options: VagrantOptions = {},
  faults = faultsFor({ name: 'vagrant', offers: OF_MACHINES }),
): Backend {
  return machineBackend(lab, new VagrantProject(lab, options), faults, options.stateHome);
}
