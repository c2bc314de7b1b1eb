/** Paths of this user's labs of virtual machines: `.vagrant/NAME` in the state folder. No lab's name begins with a dot. */
import path from 'node:path';
import { Folder } from '../../workspace/folder.js';
import { holdsAny, labNamesIn } from '../../workspace/lab-folders.js';
import { type MachineRecord, machineRecords } from '../../workspace/made-machines.js';
import { stateHome } from '../../workspace/xdg.js';

export const STATE = 'state.json';
export const SSH_CONFIG = 'ssh-config';

/** The folder of one lab, which holds its Vagrantfile. */
export function folderFor(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(allIn(home), lab));
}

export function isOnDisk(lab: string, home = stateHome()): boolean {
  return holdsAny(folderFor(lab, home));
}

export function namesOnDisk(home = stateHome()): string[] {
  return labNamesIn(allIn(home)).filter((name) => isOnDisk(name, home));
}

function allIn(home: string): string {
  return path.join(home, '.vagrant');
}

/** Nodes whose machines Vagrant has recorded as made. */
export function madeIn(folder: Folder): string[] {
  return [...new Set(recordsIn(folder).map(({ node }) => node))];
}

/** The provider's ids of machines that Vagrant has recorded; without nodes, of all. */
export function notedIn(folder: Folder, nodes: readonly string[] = []): string[] {
  return recordsIn(folder)
    .filter(({ node }) => nodes.length === 0 || nodes.includes(node))
    .map(({ id }) => id);
}

function recordsIn(folder: Folder): MachineRecord[] {
  return machineRecords(path.join(folder.root, '.vagrant'));
}
