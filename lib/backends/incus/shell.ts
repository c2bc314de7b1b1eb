/** Running commands on instances, as root, by the client. */
import type { Shell } from '../machine/shell.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';

/**
 * On a busy machine, LXD 5.0 loses the output of a command that ends within milliseconds, one time in a hundred
 * (canonical/lxd#11422). Where the output is needed, the command begins a moment later.
 */
const LATER = ['sh', '-c', 'sleep 0.1; exec "$@"', 'sh'];

/** A command line whose whole output arrives. */
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
