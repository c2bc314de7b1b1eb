import type { Offer } from '../../faults/fault.js';
import { ownNetwork } from '../../process/own-network.js';

/** What this backend offers to faults: processes have neither a root shell nor power of their own. */
const ALWAYS: readonly Offer[] = ['signals', 'files', 'restart', 'clock'];

/** What it offers besides in a network of the lab's own, which has a packet filter of its own. */
export const IN_OWN_NETWORK: readonly Offer[] = ['packet-filter'];

export const OFFERS: readonly Offer[] = [...ALWAYS, ...(ownNetwork() ? IN_OWN_NETWORK : [])];
