/** Machines that Vagrant has recorded in a folder. What their first boot set up does not change any more. */
import path from 'node:path';
import { SEED_NOTE } from '../render/vagrantfile.js';
import { listFolder, readIfAny } from './inspect.js';

/** A machine that Vagrant has made. */
export interface MachineRecord {
  readonly node: string;
  /** The provider's id. */
  readonly id: string;
  /** A file of the record, without blanks around; undefined if it is not there. */
  readonly read: (name: string) => string | undefined;
}

/** The records in Vagrant's own folder, `.vagrant`. */
export function machineRecords(folder: string): MachineRecord[] {
  const machines = path.join(folder, 'machines');
  return namesIn(machines).flatMap((node) =>
    namesIn(path.join(machines, node)).flatMap((provider) => {
      const read = (name: string) => readIfAny(path.join(machines, node, provider, name))?.trim();
      const id = read('id');
      return id ? [{ node, id, read }] : [];
    }),
  );
}

/** The seed image of a node, as it is in the folder now. */
export interface Seed {
  /** 64 hex digits; undefined where the lab no longer has it. */
  readonly sha256: string | undefined;
  readonly isChanged: boolean;
}

/**
 * Names of machines that were made from another seed than the folder's. Machines made by an older Vagrantfile have no record of
 * their seed: they count if it has just changed.
 */
export function madeFromOthers(folder: string, seedOf: (node: string) => Seed): string[] {
  const own = path.resolve(folder, process.env['VAGRANT_DOTFILE_PATH'] || '.vagrant');
  const others = machineRecords(own).filter(({ node, read }) => {
    const { sha256, isChanged } = seedOf(node);
    const made = read(SEED_NOTE);
    return made === undefined ? isChanged : made !== sha256;
  });
  return [...new Set(others.map(({ node }) => node))];
}

function namesIn(folder: string): string[] {
  try {
    return listFolder(folder);
  } catch {
    return []; // a file, or not ours to read: no machines of this user
  }
}
