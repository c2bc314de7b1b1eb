import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import { machineBackend } from '../machine/backend.js';
import { type VagrantOptions, VagrantProject } from './host.js';

export { vagrantLabs } from './list.js';

/** Virtual machines, made by Vagrant with VirtualBox or libvirt. */
export function vagrantBackend(lab: LabModel, options: VagrantOptions = {}): Backend {
  return machineBackend(lab, new VagrantProject(lab, options), options.stateHome);
}
