/** What a backend lacks, as it says itself. */
import type { BackendName } from '../../backends/registry.js';
import type { Check, Subject } from '../check.js';
import type { Facts } from '../facts.js';

/** @param who answers, for when all is well */
export async function ofPreflight(
  say: Subject,
  backend: BackendName,
  { host, lab }: Pick<Facts, 'host' | 'lab'>,
  { who = 'it', silentFix = 'See what it waits for.' } = {},
): Promise<Check[]> {
  const lacks = await host.lacks(backend, lab);
  if ('silent' in lacks) return [say.bad(lacks.silent, silentFix)];
  if (lacks.length === 0) return [say.good(`${who} answers, and has what it takes`)];
  return lacks.map(({ what, seen, fix, remedy }) => say.bad(`${what}: ${seen}`, fix, remedy));
}
