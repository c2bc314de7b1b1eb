import { suspend } from './by-signal.js';
import type { Fault } from './fault.js';

export const sentinelHang: Fault = {
  kind: 'sentinel-hang',
  describe: 'the Sentinel is suspended by SIGSTOP: it keeps its connections and does not vote',
  target: 'sentinel',
  needs: 'signals',
  done: 'its Sentinel hangs: it keeps its connections and does not vote',
  inject: (host, node) => suspend(host, node, 'sentinel'),
};
