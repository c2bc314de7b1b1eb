import type { LabModel } from '../model/model.js';
import type { Fault } from './fault.js';

/** How much shorter than down-after it is where that is long: the ping before it may have been sent a second ago. Milliseconds. */
const LESS_MS = 1500;

/** How long it lasts, milliseconds: too short for a Sentinel to take the server for down. */
export function stallMs({ sentinel: { downAfterMs } }: LabModel): number {
  return downAfterMs >= 2 * LESS_MS ? downAfterMs - LESS_MS : Math.round(downAfterMs / 2);
}

export const stall: Fault = {
  kind: 'stall',
  describe:
    'the Redis server is suspended for a little less than down-after, and goes on by itself',
  target: 'redis',
  needs: 'signals',
  done: 'its Redis server stood still for a little less than down-after, and goes on',
  comesBack: 'over',
  inject: (host, node) => host.signal(node, 'redis', 'STOP', stallMs(host.lab), 'CONT'),
};
