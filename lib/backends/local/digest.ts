import { digestOf, keys, REDIS, SENTINEL } from '../../model/digest.js';
import type { LabModel } from '../../model/model.js';

/** What needs a new lab when it changes. Keys that are only for other backends do not. */
const COUNTS = keys('name nodes clients redis sentinel', {
  nodes: { items: keys('name ip role runsRedis runsSentinel priority') },
  clients: { items: keys('name ip role') },
  redis: REDIS,
  sentinel: SENTINEL,
});

/** Digest by which a lab is known to be of a description. */
export function digest(lab: LabModel): string {
  return digestOf(lab, COUNTS);
}
