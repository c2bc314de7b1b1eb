/** Folders that are named after labs. */
import { HOST_NAME } from '../spec/schema.js';
import { Folder } from './folder.js';

/** Names in a folder that may be those of labs. */
export function labNamesIn(folder: string): string[] {
  return new Folder(folder).list('').filter((name) => HOST_NAME.test(name));
}

/** Whether a folder has one of these names in it; without names, anything. True for one that cannot be read. */
export function holdsAny(folder: Folder, names?: readonly string[]): boolean {
  try {
    const found = folder.list('');
    return names === undefined ? found.length > 0 : found.some((name) => names.includes(name));
  } catch {
    return true;
  }
}
