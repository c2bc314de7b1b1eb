import { type Lab, loadLab } from '../lab.js';
import { exists } from '../workspace/folder.js';

export const DEFAULT_SPEC = 'redis-lab.yaml';

/** The lab that the shared options stand for. */
export async function labOf(argv: Record<string, unknown>): Promise<Lab> {
  const { spec, set } = argv as { spec?: string; set: string[] };
  return loadLab(spec ?? (exists(DEFAULT_SPEC) ? DEFAULT_SPEC : undefined), { set });
}
