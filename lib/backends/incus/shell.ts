/** Root on the nodes, by the client. */
import type { Shell } from '../machine/shell.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';

export function shellOf(client: Client, lab: string): Shell {
  const words = (node: string, argv: readonly string[]) => [
    'exec',
    addressOf(client.remote, lab, node),
    '-T',
    '--',
    ...argv,
  ];
  return {
    invocation: (node, argv) => client.invocation(...words(node, argv)),
    attempt: (node, argv, options) => client.attempt(words(node, argv), options),
    call: (node, argv, options) => client.call(words(node, argv), options),
  };
}
