import { EXIT, RedisLabError } from '../../errors.js';
import type { RunningLab } from '../../lab/running.js';
import { count } from '../../report/layout.js';
import { ask, canAsk } from '../ask.js';
import { commandLine } from '../words.js';

/**
 * Asks at a terminal before all data of a lab is wiped, unless there is none or `--yes` was given. Without a terminal,
 * `up --fresh` goes on, since wiping is all that its `--fresh` can mean; `verify --fresh` needs `--yes`.
 * @throws RedisLabError (2) when it must not be
 */
export async function mayWipe(
  argv: Record<string, unknown>,
  running: RunningLab,
  command: 'up' | 'verify',
  signal: AbortSignal,
): Promise<void> {
  if (argv['yes']) return;
  const data = await dataOf(running);
  if (data === undefined) return;
  const asks = canAsk();
  if (!asks && command === 'up') return;
  if (asks && (await ask(`Wipe all data of ${data}?`, signal, 'no'))) return;
  const refusal = asks
    ? 'Nothing was changed.'
    : [
        `${command} --fresh wipes all data of ${data}. Nothing was changed.`,
        `To wipe it: ${commandLine(argv, command, '--fresh', '--yes')}`,
        `To keep it: ${commandLine(argv, command)}`,
      ].join('\n');
  throw new RedisLabError(refusal, { exitCode: EXIT.usage });
}

/** What would be lost; undefined: nothing. */
async function dataOf(running: RunningLab): Promise<string | undefined> {
  const name = `the lab ${running.described.name}`;
  try {
    if ((await running.model()) === undefined) return undefined;
    const keys = await running.keys();
    if (keys === null) return `${name}, whose keys cannot be counted: not all of it answers`;
    return keys === 0 ? undefined : `${name}: ${count(keys, 'key')}`;
  } catch (error) {
    // If the backend does not answer, nothing gets wiped either; the call that follows says why.
    if (error instanceof RedisLabError) return undefined;
    throw error;
  }
}
