/** What a backend lacks, as it says itself. */
import type { BackendName } from '../../backends/registry.js';
import { message } from '../../report/messages.js';
import type { Check, Subject } from '../check.js';
import type { Facts } from '../facts.js';

/** @param good for when all is well */
export async function ofPreflight(
  say: Subject,
  backend: BackendName,
  { host, lab }: Pick<Facts, 'host' | 'lab'>,
  { good = message('backend.answers'), silentFix = message('backend.silent.fix') } = {},
): Promise<Check[]> {
  const lacks = await host.lacks(backend, lab);
  if ('silent' in lacks) return [say.bad(lacks.silent, silentFix)];
  if (lacks.length === 0) return [say.good(good)];
  return lacks.map(({ what, seen, fix, remedy }) =>
    say.bad(message('lack', { what, seen }), fix, remedy),
  );
}
