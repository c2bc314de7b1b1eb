/** A machine as VirtualBox would have it in the end, and as a lab's model wants it. */
import path from 'node:path';
import type { Lab } from '../../../../lib/lab/lab.js';
import type { NodeModel } from '../../../../lib/model/model.js';
import type { VirtualBox } from './virtualbox.js';

/** Everything that was set, but what Vagrant sets by itself in all machines. */
export function machineSeen(virtualBox: VirtualBox, name: string) {
  const { settings, attachments, forwards, ...machine } = virtualBox.machine(name);
  return {
    name: machine.name,
    state: machine.state,
    startedAs: machine.startedAs,
    linked: machine.cloneOf !== undefined,
    memory: Number(settings['memory']),
    cpus: Number(settings['cpus']),
    nics: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((nic) => {
      const kind = settings[`nic${nic}`];
      const network = settings[`hostonlyadapter${nic}`] ?? settings[`host-only-net${nic}`];
      const card = { kind, mac: settings[`macaddress${nic}`], ...(network ? { network } : {}) };
      return kind === 'none' ? [] : [card];
    }),
    discs: Object.values(attachments)
      .filter(({ type }) => type !== 'hdd')
      .map(({ type, medium }) => [type, medium]),
    // The host's port is what is free.
    forwards: Object.values(forwards).map((rule) => rule.replace(/,\d+,,22$/, ',PORT,,22')),
  };
}

export function machineWanted(
  { model }: Lab,
  node: NodeModel,
  folder: string,
  network = 'vboxnet0',
): ReturnType<typeof machineSeen> {
  const bare = (mac: string) => mac.replaceAll(':', '');
  const { gui, linkedClone } = model.vagrant.virtualbox;
  return {
    name: `${model.name}-${node.name}`,
    state: 'running',
    startedAs: gui ? 'gui' : 'headless',
    linked: linkedClone,
    memory: node.memoryMb,
    cpus: node.cpus,
    nics: [
      { kind: 'nat', mac: bare(node.uplinkMac) },
      {
        kind: network.startsWith('vboxnet') ? 'hostonly' : 'hostonlynet',
        mac: bare(node.labMac),
        network,
      },
    ],
    discs: [['dvddrive', path.join(folder, 'nodes', node.name, 'seed.iso')]],
    forwards: ['ssh,tcp,127.0.0.1,PORT,,22'],
  };
}
