/** What `auto` stands for: the backend that serves this machine best, found out before anything is made. */
import type { BackendDescriptor } from '../backends/descriptor.js';
import { type BackendName, backends } from '../backends/registry.js';
import type { LabModel } from '../model/model.js';
import { type Message, messageOf } from '../report/messages.js';
import { mattersBeforeUp } from './before-up.js';
import type { Check } from './check.js';
import { chooseBackend } from './choose.js';
import { type ExamineOptions, examine } from './examine.js';
import type { Host } from './host.js';
import { thisHost } from './this-host.js';

export interface Chosen {
  readonly backend: BackendName;
  /** Why, and how to get virtual machines where it is something else. */
  readonly why: Message;
}

type AutoOptions = Pick<ExamineOptions, 'signal' | 'host'>;

/** A daemon that takes longer to answer is not chosen. Milliseconds. */
const ANSWER_MS = 10_000;

/**
 * The backend for a lab that does not exist yet: Vagrant, if nothing is bad for it; else an Incus that answers; else
 * processes, which may still lack a server that can be installed. On Windows, which has no Redis server, Vagrant even if it
 * lacks something.
 * @throws the signal's reason
 */
export async function autoBackend(lab: LabModel, options: AutoOptions = {}): Promise<Chosen> {
  const host = options.host ?? thisHost(options.signal);
  const looked = await Promise.all(backends().map((each) => checksOf(each, lab, host, options)));
  const { backend, why } = chooseBackend(looked.flat());
  if (backend !== undefined) return { backend, why };
  for (const { name, doctor } of backends()) {
    const reason = doctor?.lastResort?.(host.platform);
    if (reason !== undefined) return { backend: name, why: messageOf(reason) };
  }
  throw new Error('one of redis-lab itself is taken everywhere');
}

/** Nothing where a backend is not, or does not work. */
async function checksOf(
  { name, doctor }: BackendDescriptor,
  lab: LabModel,
  host: Host,
  options: AutoOptions,
): Promise<Check[]> {
  if (!doctor?.auto) return [];
  const { program, only } = doctor.auto;
  if (program !== undefined && host.program(program) === undefined) return [];
  const checks = await examine(lab, {
    ...options,
    backend: name,
    wanted: only ? (code) => only.includes(code) : mattersBeforeUp(name),
    untilBad: true,
    ...(only ? { deadlineMs: ANSWER_MS } : {}),
  });
  if (checks.some(({ state }) => state === 'bad')) return [];
  if (only) return checks;
  // The backend may search fewer folders for its programs.
  const lacks = await host.lacks(name, lab);
  return 'silent' in lacks || lacks.length > 0 ? [] : checks;
}
