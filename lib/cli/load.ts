import { EXIT, RedisLabError } from '../errors.js';
import { type Lab, type LoadOptions, loadLab } from '../lab/lab.js';
import { exists } from '../workspace/inspect.js';
import { computing } from './computing.js';

export const DEFAULT_SPEC = 'redis-lab.yaml';

/** The lab that the shared options stand for. */
export async function labOf(
  argv: Record<string, unknown>,
  options: Pick<LoadOptions, 'forFiles'> = {},
): Promise<Lab> {
  const { spec, set, vm } = argv as { spec?: string; set: string[]; vm?: boolean };
  const file = spec ?? (exists(DEFAULT_SPEC) ? DEFAULT_SPEC : undefined);
  const all = vm === undefined ? set : [...set, `incus.vm=${vm}`];
  return computing(() => loadLab(file, { ...options, set: all }));
}

/** That of the description here, for what concerns no lab: English where there is none, or it cannot be read. */
export async function languageHere(): Promise<string> {
  try {
    return (await labOf({ set: [] })).model.language;
  } catch (error) {
    if (!(error instanceof RedisLabError) || error.exitCode === EXIT.interrupted) throw error;
    return 'en';
  }
}
