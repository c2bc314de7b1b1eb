import type { BackendName } from '../../backends/registry.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import { say } from '../../render/texts.js';
import { listed, speechIn } from '../../report/speech.js';
import { commandLine } from '../words.js';

/** What Ctrl-C ends a command with. */
export async function interrupted(
  lab: Lab,
  backend: BackendName,
  argv: Record<string, unknown>,
  cause: unknown,
): Promise<RedisLabError> {
  const exitCode = EXIT.interrupted;
  return new RedisLabError(
    `${speechIn(lab.model.language).t.interrupted.word}. ${await whatIsLeft(lab, backend, argv)}`,
    {
      exitCode,
      cause,
    },
  );
}

/** After Ctrl-C: what still runs, and how to end it. */
async function whatIsLeft(
  lab: Lab,
  backend: BackendName,
  argv: Record<string, unknown>,
): Promise<string> {
  const { name, language } = lab.model;
  const speech = speechIn(language);
  const { interrupted: t } = speech.t;
  const down = commandLine(argv, 'down');
  const seen = await lab
    .attach({ backend })
    .then((attached) => attached.status())
    .catch((error: unknown) => {
      if (error instanceof RedisLabError) return error;
      throw error;
    });
  if (seen instanceof RedisLabError) {
    return say(t.unknown, { lab: name, said: seen.message, down });
  }
  const { nodes, state } = seen;
  const running = nodes.flatMap(({ node, redis, sentinel }) => [
    ...(redis && redis.state !== 'stopped' ? [`${node} redis`] : []),
    ...(sentinel && sentinel.state !== 'stopped' ? [`${node} sentinel`] : []),
  ]);
  if (running.length > 0) return say(t.running, { services: listed(running, speech), down });
  if (state === 'idle') return say(t.idle, { down });
  const nothing = say(t.nothing, { lab: name });
  return state === 'absent' ? nothing : `${nothing} ${say(t.kept, { down })}`;
}
