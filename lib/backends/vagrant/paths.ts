/** Where a lab of virtual machines lies on this host's disk: the one place that knows the names. */
import path from 'node:path';
import type { Folder } from '../../workspace/folder.js';
import { listFolder, readIfAny } from '../../workspace/inspect.js';
import { vagrantFolder } from './folders.js';

export const STATE = 'state.json';
export const SSH_CONFIG = 'ssh-config';

/** The folder of one lab, which holds its Vagrantfile. */
export const folderFor = vagrantFolder;

/** Nodes whose machines Vagrant knows to be made, whatever became of them. */
export function madeIn(folder: Folder): string[] {
  return listFolder(machinesIn(folder)).filter((node) => notedIn(folder, [node]).length > 0);
}

/** The numbers of machines that Vagrant noted down; all of the lab's without names. */
export function notedIn(folder: Folder, nodes: readonly string[] = []): string[] {
  const machines = machinesIn(folder);
  return listFolder(machines)
    .filter((node) => nodes.length === 0 || nodes.includes(node))
    .flatMap((node) =>
      listFolder(path.join(machines, node)).flatMap(
        (provider) => readIfAny(path.join(machines, node, provider, 'id'))?.trim() ?? [],
      ),
    );
}

function machinesIn(folder: Folder): string {
  return path.join(folder.root, '.vagrant', 'machines');
}
