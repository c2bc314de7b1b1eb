import type { Fault } from './fault.js';

export const restart: Fault = {
  kind: 'restart',
  describe:
    'the Redis server is killed and started again at once, before a Sentinel takes it for down: what it had not saved is gone',
  target: 'redis',
  needs: 'restart',
  done: 'its Redis server was killed and started again, with what it had saved',
  comesBack: 'over',
  inject: (host, node) => host.restart(node, 'redis'),
};
