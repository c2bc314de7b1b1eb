import { digestOf, keys, OF_MACHINES } from '../../model/digest.js';
import type { LabModel } from '../../model/model.js';

/** What needs a new lab when it changes. Keys that are only for other backends do not. */
const COUNTS = keys('name network nodes clients allow redis sentinel incus', {
  ...OF_MACHINES,
  incus: keys('image remote project vm uplink limits hostAddress processes diskGb'),
});

/** Digest by which a lab is known to be of a description. */
export function digest(lab: LabModel): string {
  return digestOf(lab, COUNTS);
}
