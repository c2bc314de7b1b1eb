/** Whether Incus or LXD answers, lets this user in, and has what the lab needs: as the backend itself says it. */
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const INCUS = subject(
  'incus',
  'Incus',
  ['incus'],
  'Its daemon runs the nodes as system containers, for those whom it lets in.',
);

/** `asked`: somebody wants this backend, wherever he is. */
export async function incus({ host, lab }: Facts, asked: boolean): Promise<Check[]> {
  const client = host.program('incus') ?? host.program('lxc');
  // The daemon is for Linux; elsewhere only a client of a remote one is to be found.
  if (!asked && host.platform !== 'linux' && client === undefined) return [];
  const lacks = await host.lacks('incus', lab);
  if ('silent' in lacks) {
    return [INCUS.bad(lacks.silent, 'Look at its daemon: sudo systemctl status incus (or lxd)')];
  }
  if (lacks.length === 0) return [INCUS.good(`${client ?? 'it'} answers, and has what it takes`)];
  return lacks.map(({ what, seen, fix, remedy }) => INCUS.bad(`${what}: ${seen}`, fix, remedy));
}
