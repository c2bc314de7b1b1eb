/** Paths below a folder that lead through no link, and through no folder that another user could have put there. */
import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';

export class SafePaths {
  readonly root: string;
  /** Folders that have been checked. */
  readonly #sound = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * The path of a name.
   * @throws WorkspaceError when a folder of the path is a link, no folder, or planted by another user
   */
  resolve(name: string): string {
    const file = path.join(this.root, ...name.split('/'));
    this.#check(path.dirname(file));
    return file;
  }

  /** Call this after removing a folder: what takes its place is checked again. */
  forget(): void {
    this.#sound.clear();
  }

  #check(folder: string): void {
    if (this.#sound.has(folder)) return;
    if (folder !== this.root) {
      this.#check(path.dirname(folder));
      const stat = lstatSync(folder, { throwIfNoEntry: false });
      if (!stat) return;
      const what = stat.isSymbolicLink()
        ? 'is a link'
        : !stat.isDirectory()
          ? 'is not a folder'
          : isPlanted(stat, lstatSync(path.dirname(folder)))
            ? 'belongs to somebody else, and stands where everybody may put one'
            : undefined;
      if (what !== undefined) {
        throw new WorkspaceError(
          `${folder} ${what}: redis-lab writes below ${this.root} only. Remove it, or name another folder with --out.`,
        );
      }
    }
    this.#sound.add(folder);
  }
}

/** Whether another user may have put the folder there: its owner could replace what we write in it by links. */
export function isPlanted(stat: Stats, parent: Stats): boolean {
  const trusted = process.getuid === undefined || [process.getuid(), 0].includes(stat.uid);
  return !trusted && (parent.mode & 0o002) !== 0;
}
