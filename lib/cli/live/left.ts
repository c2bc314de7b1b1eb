import type { BackendName } from '../../backends/registry.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import { list } from '../../report/layout.js';
import { commandLine } from '../words.js';

/** What Ctrl-C ends a command with. */
export async function interrupted(
  lab: Lab,
  backend: BackendName,
  argv: Record<string, unknown>,
  cause: unknown,
): Promise<RedisLabError> {
  const exitCode = EXIT.interrupted;
  return new RedisLabError(`interrupted. ${await whatIsLeft(lab, backend, argv)}`, {
    exitCode,
    cause,
  });
}

/** After Ctrl-C: what still runs, and how to end it. */
async function whatIsLeft(
  lab: Lab,
  backend: BackendName,
  argv: Record<string, unknown>,
): Promise<string> {
  const { name } = lab.model;
  const down = commandLine(argv, 'down');
  const seen = await lab
    .attach({ backend })
    .then((attached) => attached.status())
    .catch((error: unknown) => {
      if (error instanceof RedisLabError) return error;
      throw error;
    });
  if (seen instanceof RedisLabError) {
    return `What is left of the lab ${name} cannot be told (${seen.message}). To remove it then: ${down}`;
  }
  const { nodes, state } = seen;
  const running = nodes.flatMap(({ node, redis, sentinel }) => [
    ...(redis && redis.state !== 'stopped' ? [`${node} redis`] : []),
    ...(sentinel && sentinel.state !== 'stopped' ? [`${node} sentinel`] : []),
  ]);
  if (running.length > 0) return `Running: ${list(running)}. To end them: ${down}`;
  if (state === 'idle') return `Its nodes run, none of their services does. To end them: ${down}`;
  const rest = state === 'absent' ? '' : ` What is kept of it is removed by: ${down}`;
  return `Nothing of the lab ${name} is running.${rest}`;
}
