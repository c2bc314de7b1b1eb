import type { Offer } from '../../faults/fault.js';

/** What this backend offers to faults: processes have neither a root shell nor power of their own. */
export const OFFERS: readonly Offer[] = ['signals', 'files', 'restart', 'clock'];
