/** Programs of this machine, by their names. */
import path from 'node:path';
import { isProgram } from '../workspace/inspect.js';

/** The absolute folders of PATH. Relative ones are left out, since what runs must not depend on the working directory. */
export function searchPath(): string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => path.isAbsolute(each));
}

/** Absolute path of the first program of this name; undefined if there is none. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}
