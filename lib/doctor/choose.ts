/** Which backend a host is best served with. */
import { type BackendName, factsOf, PREFERRED } from '../spec/backends.js';
import type { Check } from './check.js';

export interface Choice {
  /** Undefined: none would work. */
  readonly backend: BackendName | undefined;
  /** What was chosen and why, and how to get virtual machines; one sentence or two, on one line. */
  readonly why: string;
}

/**
 * Vagrant with a provider that works; else an Incus that answers; else processes. What was not looked at,
 * is not taken.
 */
export function chooseBackend(checks: readonly Check[]): Choice {
  const isGood = (code: string) =>
    checks.some((check) => check.code === code && check.state === 'good');
  const backend = PREFERRED.find(
    (each) => works(checks, each) && factsOf(each).needsGood.every(isGood),
  );
  switch (backend) {
    case 'vagrant':
      return { backend, why: `virtual machines (${seenIn(checks, 'provider')})` };
    case 'incus':
      return { backend, why: `system containers, as Vagrant does not work here yet. ${MACHINES}` };
    case 'local':
      return { backend, why: LOCAL };
    default:
      return { backend, why: 'none would work here yet: see what is bad.' };
  }
}

const MACHINES = 'To get virtual machines: redis-lab doctor --backend vagrant';

/** @internal Why a machine that has nothing better runs the nodes as processes. */
export const LOCAL = `processes of this machine, as neither Vagrant nor Incus works here yet. ${MACHINES}`;

/** Whether something was looked at for a backend, and nothing of it is bad. */
export function works(checks: readonly Check[], backend: BackendName): boolean {
  const own = checks.filter(({ about }) => about.includes(backend));
  // What matters for all of them says nothing of one.
  const looked = own.some(({ about }) => about.length === 1);
  return looked && own.every(({ state }) => state !== 'bad');
}

function seenIn(checks: readonly Check[], code: string): string {
  return checks.find((check) => check.code === code)?.seen ?? 'Vagrant';
}
