/** The sections there are, in their order. One more is a file beside these and a line here. */
import { clients } from './clients.js';
import { ledger } from './ledger.js';
import { outage } from './outage.js';
import { phases } from './phases.js';
import type { Section } from './section.js';
import { timeline } from './timeline.js';
import { topology } from './topology.js';

export const SECTIONS: readonly Section[] = [timeline, phases, topology, ledger, clients, outage];
