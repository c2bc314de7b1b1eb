/** The log of a service, from the journal of its node. */
import { lines } from '../../command/lines.js';
import type { LogOptions, Service } from '../backend.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

export async function* journal(
  shell: Shell,
  node: string,
  service: Service,
  { follow = false, signal, tail }: LogOptions,
): AsyncGenerator<string> {
  if (tail === 0 && !follow) return;
  const argv = [
    'journalctl',
    '--quiet',
    '--no-pager',
    // Only the server's own lines, which have times of their own.
    '--output=cat',
    `--unit=${UNITS[service]}`,
    `--lines=${tail ?? 'all'}`,
    ...(follow ? ['--follow'] : []),
  ];
  yield* lines(shell.invocation(node, argv), { signal, follow });
}
