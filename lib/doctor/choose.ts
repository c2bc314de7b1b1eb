/** Which backend is the best on a host. */
import { type BackendName, backends } from '../backends/registry.js';
import { type Message, message, messageOf } from '../report/messages.js';
import type { Check } from './check.js';

export interface Choice {
  /** Undefined: none would work. */
  readonly backend: BackendName | undefined;
  /** What was chosen and why, and how to get virtual machines. */
  readonly why: Message;
}

/**
 * Vagrant with a provider that works; else an Incus that answers; else processes. A backend that was not checked is not
 * taken.
 */
export function chooseBackend(checks: readonly Check[]): Choice {
  const isGood = (code: string) =>
    checks.some((check) => check.code === code && check.state === 'good');
  for (const { name, doctor } of backends()) {
    if (!doctor || !works(checks, name) || !doctor.needsGood.every(isGood)) continue;
    return { backend: name, why: messageOf(doctor.why((code) => seenIn(checks, code))) };
  }
  return { backend: undefined, why: message('backend.none') };
}

/** Whether something was looked at for a backend, and nothing of it is bad. */
export function works(checks: readonly Check[], backend: BackendName): boolean {
  const own = checks.filter(({ about }) => about.includes(backend));
  // Checks that matter for several backends do not tell whether one works.
  const looked = own.some(({ about }) => about.length === 1);
  return looked && own.every(({ state }) => state !== 'bad');
}

function seenIn(checks: readonly Check[], code: string): Message | undefined {
  return checks.find((check) => check.code === code)?.seen;
}
