import { EXIT, RedisLabError } from '../errors.js';
import type { Fault } from './fault.js';

const WITHIN_MS = 15_000;

export const hang: Fault = {
  kind: 'hang',
  describe: 'the Redis server stands still by SIGSTOP: it keeps its connections and answers nobody',
  target: 'service',
  needs: 'signals',
  done: 'its Redis server hangs: it keeps its connections and answers nobody',
  async inject(host, node) {
    await host.signal(node, 'STOP');
    if (await host.becomes(node, 'halted', WITHIN_MS)) return;
    throw new RedisLabError(
      `${node.name}'s Redis server was sent SIGSTOP and does not stand still after ${WITHIN_MS / 1000} s. See: redis-lab status`,
      { exitCode: EXIT.deadline },
    );
  },
};
