import { bySignal } from './by-signal.js';
import type { Fault } from './fault.js';

export const crash: Fault = {
  kind: 'crash',
  describe: 'the Redis server ends by SIGSEGV, as DEBUG SEGFAULT does it',
  target: 'redis',
  needs: 'signals',
  done: 'its Redis server has crashed',
  comesBack: 'started',
  inject: (host, node) =>
    bySignal(host, node, 'redis', {
      // A suspended process gets the signal only once it continues.
      signals: ['SEGV', 'CONT'],
      becomes: 'gone',
      look: `Its log says what it is doing: redis-lab logs ${node.name}`,
    }),
};
