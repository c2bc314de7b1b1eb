import { EXIT, RedisLabError, visibleLines } from '../errors.js';
import type { RedisModel } from '../model/model.js';

/** The error of a failed build: what was seen, and what to do next. */
export function buildFailure(
  { engine, version }: RedisModel,
  seen: string,
  next: string,
  exitCode: RedisLabError['exitCode'] = EXIT.program,
): RedisLabError {
  // It quotes what a program printed.
  const message = visibleLines(`${engine} ${version} cannot be built here: ${seen}.\n${next}`);
  return new RedisLabError(message, { exitCode });
}

/** What to do if the source is not what the description says. */
export const ASK_FOR_ANOTHER = 'Compare redis.version and redis.source in the description.';

/** How many of a program's last lines a message has. */
export const LAST_LINES = 25;
