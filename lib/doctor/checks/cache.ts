/** Whether what the cache has may be used. */
import { PREFERRED } from '../../backends/registry.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const CACHE = subject(
  'cache',
  'Cache',
  PREFERRED,
  'What is kept there is run, here or as root on the nodes, so nobody else may have put it there.',
);

/** It says only what is passed over: nobody need hear that his cache is his. */
export async function cache({ host, lab }: Facts): Promise<Check[]> {
  const [first, ...others] = host.foreign(lab);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more: redis-lab cache list)`;
  return [CACHE.poor(`${first.seen}${more}`, first.fix)];
}
