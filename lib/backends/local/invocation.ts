import path from 'node:path';
import type { Invocation } from '../../command/call.js';
import { at, binFolder, type LabPaths, nodeFolder } from './paths.js';

/** A command line in a node's folder, with the node's `redis-cli` first in PATH; without words, a shell. */
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
      // It would win over this lab's password.
      REDISCLI_AUTH: undefined,
      // Shells with a prompt of their own usually show the folder, which has the node's name.
      ...(program === undefined ? { PS1: `${lab}/${node} $ ` } : {}),
    },
  };
}
