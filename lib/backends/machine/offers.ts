import type { Offer } from '../../faults/fault.js';

/** What can be done to nodes that are machines, whatever makes them. */
export const OF_MACHINES: readonly Offer[] = ['signals', 'packet-filter', 'power'];
