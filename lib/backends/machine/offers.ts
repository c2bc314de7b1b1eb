import type { Offer } from '../../faults/fault.js';

/** What every backend with machines offers to faults. */
export const OF_MACHINES: readonly Offer[] = ['signals', 'packet-filter', 'power'];
