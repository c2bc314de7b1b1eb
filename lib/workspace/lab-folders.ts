/** Where in the state folder this user's labs are. No other file knows. */
import path from 'node:path';
import type { BackendName } from '../spec/backends.js';
import { HOST_NAME } from '../spec/schema.js';
import { Folder } from './folder.js';
import { stateHome } from './xdg.js';

/** Processes of this machine: `NAME`. Virtual machines: `.vagrant/NAME`. No lab can have a name that begins like this. */
const VAGRANT = '.vagrant';

export function localFolder(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(home, lab));
}

export function vagrantFolder(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(home, VAGRANT, lab));
}

/** What `up` makes in a local lab's folder; a lock may be there without a lab. */
export const LOCAL_FILES = { state: 'state.json', nodes: 'nodes' } as const;

/** The backends that have something of a lab on this machine's disk, whatever its condition. */
export function backendsOnDisk(lab: string, home = stateHome()): BackendName[] {
  const { state, nodes } = LOCAL_FILES;
  return [
    ...(holds(localFolder(lab, home), [state, nodes]) ? (['local'] as const) : []),
    ...(holds(vagrantFolder(lab, home)) ? (['vagrant'] as const) : []),
  ];
}

/** Names of everything that may be a local lab, or a lab of virtual machines. */
export function labsOnDisk(home = stateHome()): Record<'local' | 'vagrant', string[]> {
  const names = (folder: string) =>
    new Folder(folder).list('').filter((name) => HOST_NAME.test(name));
  return {
    local: names(home).filter((name) => backendsOnDisk(name, home).includes('local')),
    vagrant: names(path.join(home, VAGRANT)).filter((name) =>
      backendsOnDisk(name, home).includes('vagrant'),
    ),
  };
}

/** Whether a folder has one of these in it, or anything at all. True for one that cannot be read. */
function holds(folder: Folder, names?: readonly string[]): boolean {
  try {
    const found = folder.list('');
    return names === undefined ? found.length > 0 : found.some((name) => names.includes(name));
  } catch {
    return true;
  }
}
