/** What was found, as plain data. */

import type { BackendName } from '../backends/registry.js';
import type { CheckReport, DoctorReport } from '../report/types.generated.js';
import type { Check } from './check.js';
import { chooseBackend, works } from './choose.js';

/** For the backend that was asked for, else for the one to take. */
export function reportOf(checks: readonly Check[], asked: BackendName | undefined): DoctorReport {
  const choice = asked === undefined ? chooseBackend(checks) : undefined;
  const bad = checks.filter(({ state }) => state === 'bad').map(({ name }) => name);
  const why =
    choice?.why ??
    (bad.length === 0
      ? 'nothing stands in its way here.'
      : `will not work yet: ${bad.join(', ')}.`);
  return { backend: asked ?? choice?.backend ?? null, why, checks: checks.map(asData) };
}

/** Whether `up` can do its work with what was asked for, or with something. */
export function canRun(checks: readonly Check[], asked: BackendName | undefined): boolean {
  return asked === undefined ? chooseBackend(checks).backend !== undefined : works(checks, asked);
}

function asData({ code, name, about, state, seen, why, fix, remedy }: Check): CheckReport {
  return {
    code,
    name,
    about,
    state,
    seen,
    why,
    fix: fix ?? null,
    remedy: remedy?.describe ?? null,
  };
}
