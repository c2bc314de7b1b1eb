/** What `--fix` offers. */
import type { BackendName } from '../backends/registry.js';
import type { Check } from './check.js';
import { chooseBackend } from './choose.js';

export type Mendable = Check & Required<Pick<Check, 'remedy'>>;

/**
 * What can be mended, in the order of the checks. For a backend that was asked for: all of it. Else what is bad for any
 * backend, and all for the one to take: warnings about others would only cost time and room.
 */
export function mendable(checks: readonly Check[], asked: BackendName | undefined): Mendable[] {
  const backend = asked ?? chooseBackend(checks).backend;
  const isWanted = ({ about, state }: Check) =>
    backend === undefined || about.includes(backend) || (asked === undefined && state === 'bad');
  return checks.filter((check): check is Mendable => check.remedy !== undefined && isWanted(check));
}
