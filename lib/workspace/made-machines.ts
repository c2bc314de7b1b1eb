/** Machines that plain Vagrant made from a folder. What their first boot set up does not change any more. */
import path from 'node:path';
import { SEED_NOTE } from '../render/vagrantfile.js';
import { listFolder, readIfAny } from './inspect.js';

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
  const machines = path.resolve(
    folder,
    process.env['VAGRANT_DOTFILE_PATH'] || '.vagrant',
    'machines',
  );
  return namesIn(machines).filter((node) =>
    namesIn(path.join(machines, node)).some((provider) => {
      const note = (name: string) => readIfAny(path.join(machines, node, provider, name));
      if (!note('id')) return false;
      const { sha256, isChanged } = seedOf(node);
      const made = note(SEED_NOTE);
      return made === undefined ? isChanged : made.trim() !== sha256;
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    return listFolder(folder);
  } catch {
    return []; // a file, or not ours to read: no machines of this user
  }
}
