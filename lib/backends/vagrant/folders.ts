/** Where this user's labs of virtual machines lie in the state folder: `.vagrant/NAME`; no lab can have a name like that. */
import path from 'node:path';
import { Folder } from '../../workspace/folder.js';
import { holdsAny, labNamesIn } from '../../workspace/lab-folders.js';
import { stateHome } from '../../workspace/xdg.js';

export function vagrantFolder(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(allIn(home), lab));
}

export function isOnDisk(lab: string, home = stateHome()): boolean {
  return holdsAny(vagrantFolder(lab, home));
}

export function namesOnDisk(home = stateHome()): string[] {
  return labNamesIn(allIn(home)).filter((name) => isOnDisk(name, home));
}

function allIn(home: string): string {
  return path.join(home, '.vagrant');
}
