/** Client libraries that are known, and what their documentation advises. */
import { data } from './libraries.generated.js';

export type LibraryName = keyof typeof data;

export interface Library {
  readonly runtime: 'node' | 'python';
  /** What it is imported by. */
  readonly module: string;
  readonly install: string;
  /** Settings that its documentation advises, and where. */
  readonly advised: Readonly<Record<string, unknown>>;
  readonly sources: readonly string[];
}

export const LIBRARIES: Readonly<Record<LibraryName, Library>> = data;
export const LIBRARY_NAMES = Object.keys(data) as LibraryName[];
/** Each at its defaults, and as its documentation advises. */
export const CLIENT_NAMES = LIBRARY_NAMES.flatMap((name) => [name, `${name}:advised`]);
