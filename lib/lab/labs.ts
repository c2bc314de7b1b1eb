/** The labs of this user, with all backends. */
import { incusLabs } from '../backends/incus/list.js';
import { localLabs } from '../backends/local/list.js';
import { vagrantLabs } from '../backends/vagrant/list.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { LabList, ListedLab, SilentBackend } from '../report/labs.js';
import { BACKEND_NAMES } from '../spec/backends.js';
import { type IncusPlace, notedLabs, notesOf, USUAL } from '../workspace/lab-notes.js';

/** How long a backend may take to answer. */
export interface ListOptions {
  /** How long each server and provider has to answer, milliseconds. Default 5000. */
  readonly deadlineMs?: number | undefined;
  /** Aborting it throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** See `listLabs` of the library. */
export async function listLabs(options: ListOptions = {}): Promise<LabList> {
  return listOf([USUAL], options);
}

/** @internal The same, but asks only servers that a lab is noted to be on. */
export async function knownLabs(options: ListOptions = {}): Promise<LabList> {
  return listOf([], options);
}

async function listOf(usual: readonly IncusPlace[], options: ListOptions): Promise<LabList> {
  const { noted, damaged } = notedOnServers();
  const [local, vagrant, ...servers] = await Promise.all([
    localLabs(),
    answered(options, vagrantLabs),
    ...differing([...usual, ...noted.map(({ incus }) => incus)]).map(async (server) =>
      onServer(server, noted, options),
    ),
  ]);
  const labs = [...local, ...vagrant, ...servers.flatMap((each) => each.labs), ...damaged];
  const order = ({ name, backend }: ListedLab) => `${name} ${BACKEND_NAMES.indexOf(backend)}`;
  return {
    labs: labs.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    silent: servers.flatMap(({ silent }) => silent),
  };
}

type Noted = ListedLab & { readonly incus: IncusPlace };

/** Labs that are noted to be on Incus or LXD servers, before any of those is asked. */
function notedOnServers(): { readonly noted: Noted[]; readonly damaged: ListedLab[] } {
  const noted: Noted[] = [];
  const damaged: ListedLab[] = [];
  for (const name of notedLabs()) {
    const common = { name, backend: 'incus', folder: null } as const;
    try {
      for (const { backend, incus } of notesOf(name)) {
        if (backend === 'incus') noted.push({ ...common, state: 'unknown', problem: null, incus });
      }
    } catch (error) {
      if (!(error instanceof RedisLabError)) throw error;
      damaged.push({ ...common, state: 'damaged', problem: error.message, incus: null });
    }
  }
  return { noted, damaged };
}

function differing(servers: readonly IncusPlace[]): IncusPlace[] {
  return servers.filter((one, at) => servers.findIndex((each) => isSame(each, one)) === at);
}

function isSame(a: IncusPlace, b: IncusPlace): boolean {
  return a.remote === b.remote && a.project === b.project;
}

interface OnServer {
  readonly labs: readonly ListedLab[];
  readonly silent: readonly SilentBackend[];
}

async function onServer(
  server: IncusPlace,
  noted: readonly Noted[],
  options: ListOptions,
): Promise<OnServer> {
  const own = noted.filter(({ incus }) => isSame(incus, server));
  const unknown = (problem: string) => own.map((lab) => ({ ...lab, problem }));
  try {
    const labs = await answered(options, (signal) => incusLabs(server, signal));
    if (labs) return { labs, silent: [] };
    return { labs: unknown('there is neither incus nor lxc on the PATH'), silent: [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    const [problem = ''] = error.message.split('\n');
    return { labs: unknown(problem), silent: [{ backend: 'incus', problem }] };
  }
}

/** Asks with a deadline. */
async function answered<T>(
  { deadlineMs = 5000, signal }: ListOptions,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const text = `there was no answer within ${deadlineMs / 1000} s`;
  const timer = setTimeout(
    () => late.abort(new RedisLabError(text, { exitCode: EXIT.deadline })),
    deadlineMs,
  );
  try {
    return await ask(signal ? AbortSignal.any([signal, late.signal]) : late.signal);
  } finally {
    clearTimeout(timer);
  }
}
