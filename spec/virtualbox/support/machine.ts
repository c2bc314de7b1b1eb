/** A machine as VirtualBox shows it, and as a lab's model wants it. */
import path from 'node:path';
import type { Lab } from '../../../lib/lab/lab.js';
import type { NodeModel } from '../../../lib/model/model.js';
import { machineOf, type RealVirtualBox } from './virtualbox.js';

export async function machineSeen(virtualBox: RealVirtualBox, name: string) {
  const seen = await virtualBox.machine(name);
  const at = (port: number) => seen[`${seen['storagecontrollername0']}-${port}-0`];
  return {
    name: seen['name'],
    state: seen['VMState'],
    startedAs: virtualBox.startedAs(seen['UUID'] ?? ''),
    memory: Number(seen['memory']),
    cpus: Number(seen['cpus']),
    nics: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((nic) => {
      const kind = seen[`nic${nic}`];
      if (kind === 'none') return [];
      const network = seen[`hostonlyadapter${nic}`];
      return [
        { kind, mac: seen[`macaddress${nic}`], cable: seen[`cableconnected${nic}`], network },
      ];
    }),
    boot: [1, 2, 3, 4].map((place) => seen[`boot${place}`]),
    controllers: [0, 1].flatMap((number) => seen[`storagecontrollertype${number}`] ?? []),
    disk: path.extname(at(0) ?? ''),
    dvd: at(1),
    more: Object.keys(seen).filter((key) => /-[2-9]-0$/.test(key) && seen[key] !== 'none'),
    forwards: Object.entries(seen).flatMap(([key, rule]) =>
      // The host's port is what is free.
      key.startsWith('Forwarding') ? [rule.replace(/,\d+,,22$/, ',PORT,,22')] : [],
    ),
    sharedFolders: Object.keys(seen).filter((key) => key.startsWith('SharedFolder')),
  };
}

export function machineWanted(
  lab: Lab,
  node: NodeModel,
  folder: string,
  network: string,
): Awaited<ReturnType<typeof machineSeen>> {
  const bare = (mac: string) => mac.replaceAll(':', '').toUpperCase();
  const card = { cable: 'on', network: undefined };
  return {
    name: machineOf(lab, node),
    state: 'running',
    startedAs: '--type headless',
    memory: node.memoryMb,
    cpus: node.cpus,
    nics: [
      { ...card, kind: 'nat', mac: bare(node.uplinkMac) },
      { ...card, kind: 'hostonly', mac: bare(node.labMac), network },
    ],
    // Nothing boots from the seed, and there is no floppy disk.
    boot: ['floppy', 'dvd', 'disk', 'none'],
    controllers: ['VirtioSCSI'],
    // A linked clone's own part has VirtualBox's own format.
    disk: '.vmdk',
    dvd: path.join(folder, 'nodes', node.name, 'seed.iso'),
    more: [],
    forwards: ['ssh,tcp,127.0.0.1,PORT,,22'],
    sharedFolders: [],
  };
}
