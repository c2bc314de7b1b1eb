import { EXIT, RedisLabError } from '../errors.js';
import type { Fault } from './fault.js';

/** The server's own crash report, and a test of its memory where the description asks for one, take up to 3 s. */
const WITHIN_MS = 15_000;

export const crash: Fault = {
  kind: 'crash',
  describe: 'the Redis server ends by SIGSEGV, as DEBUG SEGFAULT does it',
  target: 'service',
  needs: 'signals',
  done: 'its Redis server has crashed',
  async inject(host, node) {
    // One that stands still hears of it once it goes on.
    await host.signal(node, 'SEGV', 'CONT');
    if (await host.becomes(node, 'gone', WITHIN_MS)) return;
    throw new RedisLabError(
      `${node.name}'s Redis server was sent SIGSEGV and still runs after ${WITHIN_MS / 1000} s. Its log says what it is doing: redis-lab logs ${node.name}`,
      { exitCode: EXIT.deadline },
    );
  },
};
