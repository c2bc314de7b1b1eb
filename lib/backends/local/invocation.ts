import path from 'node:path';
import type { Invocation } from '../../command/call.js';
import { at, binFolder, type LabPaths, nodeFolder } from './paths.js';

/** A command line in a node's folder, with the node's own clients first on the path; without one, a shell. */
export function invocationOn(
  paths: LabPaths,
  lab: string,
  node: string,
  [program, ...args]: readonly string[],
): Invocation {
  const folders = [
    at(paths, binFolder(node)),
    process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  ];
  return {
    program: program ?? process.env['SHELL'] ?? '/bin/sh',
    args,
    cwd: at(paths, nodeFolder(node)),
    env: {
      PATH: folders.join(path.delimiter),
      REDIS_LAB_NODE: node,
      // It would count before the password of this lab, and is of another one.
      REDISCLI_AUTH: undefined,
      // Shells that have a prompt of their own show the folder, which is named after the node.
      ...(program === undefined ? { PS1: `${lab}/${node} $ ` } : {}),
    },
  };
}
