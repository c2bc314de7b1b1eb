/** Root on the nodes, by the client. */
import type { Shell } from '../machine/shell.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';

/**
 * LXD 5.0 on a busy machine loses what a command says that ends within milliseconds, one time in a hundred
 * (canonical/lxd#11422). Where every word counts, the command begins a moment later.
 */
const LATER = ['sh', '-c', 'sleep 0.1; exec "$@"', 'sh'];

/** A command line whose whole answer arrives. */
export function heard({ kind }: Client, argv: readonly string[]): readonly string[] {
  return kind === 'lxc' ? [...LATER, ...argv] : argv;
}

export function shellOf(client: Client, lab: string): Shell {
  const words = (node: string, argv: readonly string[]) => [
    'exec',
    addressOf(client.remote, lab, node),
    '-T',
    '--',
    ...argv,
  ];
  return {
    invocation: (node, argv) => client.invocation(...words(node, heard(client, argv))),
    attempt: (node, argv, options) => client.attempt(words(node, argv), options),
    call: (node, argv, options) => client.call(words(node, argv), options),
  };
}
