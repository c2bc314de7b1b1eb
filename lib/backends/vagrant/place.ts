/** Where a lab of virtual machines lies on this host's disk: the one place that knows the names. */
import path from 'node:path';
import { Folder, listFolder } from '../../workspace/folder.js';
import { stateHome } from '../../workspace/homes.js';

export const STATE = 'state.json';
export const SSH_CONFIG = 'ssh-config';

/** No lab can have a name that begins like this. */
const ALL = '.vagrant';

/** The folder of one lab, which holds its Vagrantfile. */
export function placeFor(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(home, ALL, lab));
}

/** Nodes whose machines Vagrant knows to be made, whatever became of them. */
export function madeIn(place: Folder): string[] {
  const machines = path.join(place.root, '.vagrant', 'machines');
  return listFolder(machines).filter((node) =>
    listFolder(path.join(machines, node)).some((provider) =>
      listFolder(path.join(machines, node, provider)).includes('id'),
    ),
  );
}
