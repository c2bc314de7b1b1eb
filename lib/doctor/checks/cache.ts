/** Whether what the cache has may be used. */
import { PREFERRED } from '../../backends/registry.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const CACHE = subject('cache', PREFERRED);

/** Only about what is not used: a cache that is in order needs no line. */
export async function cache({ host, lab }: Facts): Promise<Check[]> {
  const [first, ...others] = host.foreign(lab);
  if (first === undefined) return [];
  const { seen: said, fix } = first;
  if (others.length === 0) return [CACHE.poor(said, fix)];
  return [CACHE.poor(message('cache.and-more', { said, count: others.length }), fix)];
}
