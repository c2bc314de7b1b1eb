/** Whether Incus or LXD answers, lets this user in, and has what the lab needs: as the backend itself says it. */
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { ofPreflight } from './preflight.js';

const INCUS = subject('incus', ['incus']);

/** `asked`: somebody wants this backend, wherever he is. */
export async function incus({ host, lab }: Facts, asked: boolean): Promise<Check[]> {
  const client = host.program('incus') ?? host.program('lxc');
  // The daemon is for Linux; elsewhere only a client of a remote one is to be found.
  if (!asked && host.platform !== 'linux' && client === undefined) return [];
  return ofPreflight(
    INCUS,
    'incus',
    { host, lab },
    {
      good: message('incus.answers', { program: client ?? 'incus' }),
      silentFix: message('incus.silent.fix'),
    },
  );
}
