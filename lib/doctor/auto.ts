/** What `auto` stands for: the backend that serves this machine best, found out before anything is made. */
import type { BackendName } from '../backends/backend.js';
import type { LabModel } from '../model/model.js';
import { mattersBeforeUp } from './before-up.js';
import type { Check } from './check.js';
import { chooseBackend, LOCAL } from './choose.js';
import { type ExamineOptions, examine } from './examine.js';
import type { Host } from './host.js';
import { thisHost } from './this-host.js';

export interface Chosen {
  readonly backend: BackendName;
  /** Why, and how to get virtual machines where it is something else; on one line. */
  readonly why: string;
}

type AutoOptions = Pick<ExamineOptions, 'signal' | 'host'>;

/** A daemon that takes longer is not one to begin with unasked, milliseconds. */
const ANSWER_MS = 10_000;

/**
 * The backend for a lab that is nowhere yet. Vagrant, if nothing is bad for it; else an Incus that answers; else
 * processes, which may still lack a server that can be installed. On Windows, where they never run, Vagrant,
 * whatever it lacks.
 * @throws the signal's reason
 */
export async function autoBackend(lab: LabModel, options: AutoOptions = {}): Promise<Chosen> {
  const host = options.host ?? thisHost(options.signal);
  const [machines, containers] = await Promise.all([
    ofVagrant(lab, host, options),
    examine(lab, {
      ...options,
      backend: 'incus',
      wanted: (code) => code === 'incus',
      deadlineMs: ANSWER_MS,
    }),
  ]);
  const { backend, why } = chooseBackend([...machines, ...containers]);
  if (backend !== undefined) return { backend, why };
  return host.platform === 'win32'
    ? { backend: 'vagrant', why: 'virtual machines, as there is no Redis server for Windows' }
    : { backend: 'local', why: LOCAL };
}

/** Nothing where Vagrant is not, or does not work. Who has none does not wait for what others would be asked. */
async function ofVagrant(lab: LabModel, host: Host, options: AutoOptions): Promise<Check[]> {
  if (host.program('vagrant') === undefined) return [];
  const checks = await examine(lab, {
    ...options,
    backend: 'vagrant',
    wanted: mattersBeforeUp('vagrant'),
    untilBad: true,
  });
  if (checks.some(({ state }) => state === 'bad')) return [];
  // It looks in fewer places for its programs.
  const lacks = await host.lacks('vagrant', lab);
  return 'silent' in lacks || lacks.length > 0 ? [] : checks;
}
