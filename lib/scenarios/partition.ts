/** The master's node is cut off from the others, both ways. */
import { cutOffBy } from './cut-off.js';

export const partition = cutOffBy({ name: 'partition', cutOff: { code: 'partition.cut-off' } });
