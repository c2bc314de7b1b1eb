import { EXIT, RedisLabError } from '../../errors.js';
import type { Lab } from '../../lab.js';
import { list } from '../../report/layout.js';
import { commandLine } from '../words.js';
import { backendOf } from './lab.js';

/** What Ctrl-C ends a command with. */
export async function interrupted(
  lab: Lab,
  argv: Record<string, unknown>,
  cause: unknown,
): Promise<RedisLabError> {
  const exitCode = EXIT.interrupted;
  return new RedisLabError(`interrupted. ${await whatIsLeft(lab, argv)}`, { exitCode, cause });
}

/** For someone who pressed Ctrl-C: what still runs, and how to end it. */
async function whatIsLeft(lab: Lab, argv: Record<string, unknown>): Promise<string> {
  const { nodes } = await (await lab.attach(backendOf(argv, lab))).status();
  const running = nodes.flatMap(({ node, redis, sentinel }) => [
    ...(redis && redis.state !== 'stopped' ? [`${node} redis`] : []),
    ...(sentinel && sentinel.state !== 'stopped' ? [`${node} sentinel`] : []),
  ]);
  return running.length === 0
    ? `Nothing of the lab ${lab.model.name} is running.`
    : `Running: ${list(running)}. To end them: ${commandLine(argv, 'down')}`;
}
