import type { CheckResult } from '../report/types.generated.js';
import type { CheckOptions, ConfigurationFile } from './check.js';

export type { CheckOptions, ConfigurationFile } from './check.js';

/**
 * What is wrong with redis.conf, sentinel.conf, aclfiles and units that somebody wrote: files, folders, `NODE=FILE`, or texts.
 * All of one call are one lab. Reads files only; contacts nobody. Default: for both engines, in English.
 * @throws RedisLabError (exit code 2) for a file that cannot be read, a version that is none, or a language that there is not
 */
export async function checkConfiguration(
  files: readonly (string | ConfigurationFile)[],
  options: CheckOptions = {},
): Promise<CheckResult> {
  const { runCheck } = await import('./check.js');
  return (await runCheck(files, options)).result;
}
