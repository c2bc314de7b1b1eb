/** How a client is run, and what it is told first. */
import type { Invocation } from '../../command/call.js';
import { LIBRARIES, type LibraryName } from '../../model/libraries.js';

/** A client's call, and the version of its library. */
export interface ClientCall {
  readonly call: Invocation;
  readonly version: string;
}

/** A line for its standard input: what it loads, where that may be besides the working directory, and whatever else it is told. */
export function planFor(library: LibraryName, more: object): string {
  const { module } = LIBRARIES[library];
  return `${JSON.stringify({ library, name: module, own: import.meta.url, ...more })}\n`;
}
