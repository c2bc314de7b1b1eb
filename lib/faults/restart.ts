import { bySignal } from './by-signal.js';
import type { Fault } from './fault.js';

export const restart: Fault = {
  kind: 'restart',
  describe:
    'the Redis server is killed and started again at once, before a Sentinel takes it for down: what it had not saved is gone',
  target: 'redis',
  needs: 'restart',
  done: 'its Redis server was killed and started again, with what it had saved',
  comesBack: 'over',
  async inject(host, node) {
    await bySignal(host, node, 'redis', {
      signals: ['KILL'],
      becomes: 'gone',
      look: 'See: redis-lab status',
    });
    await host.start(node, 'redis');
  },
};
