import { RedisLabError, usage } from '../../errors.js';
import type { RunningLab } from '../../lab/running.js';
import { say } from '../../render/texts.js';
import { counted, speechIn } from '../../report/speech.js';
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
  const speech = speechIn(running.described.language);
  const { t } = speech;
  const data = await dataOf(running);
  if (data === undefined) return;
  const asks = canAsk();
  if (!asks && command === 'up') return;
  if (asks && (await ask(say(t.wipe.question, { what: data }), signal, speech, 'no'))) return;
  const fresh = commandLine(argv, command, '--fresh', '--yes');
  const keep = commandLine(argv, command);
  const refusal = asks
    ? t.wipe.unchanged
    : say(t.wipe.refused, { command, what: data, fresh, keep }).trim();
  throw usage(refusal, 'lab.keys-kept');
}

/** What would be lost; undefined: nothing. */
async function dataOf(running: RunningLab): Promise<string | undefined> {
  const { name: lab, language } = running.described;
  const { wipe, count } = speechIn(language).t;
  try {
    if ((await running.model()) === undefined) return undefined;
    const keys = await running.keys();
    if (keys === null) return say(wipe.uncounted, { lab });
    return keys === 0 ? undefined : say(wipe.keys, { lab, keys: counted(count.keys, keys) });
  } catch (error) {
    // If the backend does not answer, nothing gets wiped either; the call that follows says why.
    if (error instanceof RedisLabError) return undefined;
    throw error;
  }
}
