/** What was found, as plain data. */

import type { BackendName } from '../backends/registry.js';
import { say } from '../render/texts.js';
import { sentenceIn } from '../report/messages.js';
import { type Speech, speechIn } from '../report/speech.js';
import type { CheckReport, DoctorReport } from '../report/types.generated.js';
import type { Check } from './check.js';
import { chooseBackend, works } from './choose.js';

/** For the backend that was asked for, else for the one to take. */
export function reportOf(
  checks: readonly Check[],
  asked: BackendName | undefined,
  speech: Speech = speechIn(),
): DoctorReport {
  const choice = asked === undefined ? chooseBackend(checks) : undefined;
  const bad = checks.filter(({ state }) => state === 'bad');
  const { doctor } = speech.t;
  const why = choice
    ? sentenceIn(speech, choice.why)
    : bad.length === 0
      ? doctor.free
      : say(doctor.lacks, { names: bad.map(({ name }) => sentenceIn(speech, name)).join(', ') });
  return {
    backend: asked ?? choice?.backend ?? null,
    why,
    checks: checks.map((check) => asData(check, speech)),
  };
}

/** Whether `up` can do its work with what was asked for, or with something. */
export function canRun(checks: readonly Check[], asked: BackendName | undefined): boolean {
  return asked === undefined ? chooseBackend(checks).backend !== undefined : works(checks, asked);
}

function asData(check: Check, speech: Speech): CheckReport {
  const { code, name, about, state, seen, why, fix, remedy } = check;
  return {
    code,
    name: sentenceIn(speech, name),
    about,
    state,
    seen: sentenceIn(speech, seen),
    why: sentenceIn(speech, why),
    fix: fix ? sentenceIn(speech, fix) : null,
    remedy: remedy ? sentenceIn(speech, remedy.describe) : null,
  };
}
