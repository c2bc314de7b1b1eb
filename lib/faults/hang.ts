import { suspend } from './by-signal.js';
import type { Fault } from './fault.js';

export const hang: Fault = {
  kind: 'hang',
  describe: 'the Redis server is suspended by SIGSTOP: it keeps its connections and answers nobody',
  target: 'redis',
  needs: 'signals',
  done: 'its Redis server hangs: it keeps its connections and answers nobody',
  comesBack: 'woken',
  inject: (host, node) => suspend(host, node, 'redis'),
};
