import { bySignal } from './by-signal.js';
import type { Fault } from './fault.js';

export const sentinelEnd: Fault = {
  kind: 'sentinel-end',
  describe: 'the Sentinel ends by SIGTERM, so that systemd does not start it again',
  target: 'sentinel',
  needs: 'signals',
  done: 'its Sentinel has ended',
  inject: (host, node) =>
    bySignal(host, node, 'sentinel', {
      // A suspended process gets the signal only once it continues.
      signals: ['TERM', 'CONT'],
      becomes: 'gone',
      look: `Its log says what it is doing: redis-lab logs ${node.name} --service sentinel`,
    }),
};
