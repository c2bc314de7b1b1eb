import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import { MachineBackend } from '../machine/backend.js';
import { MACHINE_OFFERS } from '../machine/host.js';
import { type VagrantOptions, VagrantProject } from './host.js';

export { vagrantLabs } from './list.js';

/** Virtual machines, made by Vagrant with VirtualBox or libvirt. */
export function vagrantBackend(
  lab: LabModel,
  options: VagrantOptions = {},
  faults = faultsFor({ name: 'vagrant', offers: MACHINE_OFFERS }),
): Backend {
  return new MachineBackend(lab, new VagrantProject(lab, options), faults, options.stateHome);
}
