import type { Offer } from '../../faults/fault.js';

/** A process of this machine has neither a root nor power of its own. */
export const OFFERS: readonly Offer[] = ['signals'];
