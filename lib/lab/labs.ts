/** The labs of this user on all backends. */
import type { BackendDescriptor, ListOfBackend } from '../backends/descriptor.js';
import { BACKEND_NAMES, backendNamed, backends, descriptorOf } from '../backends/registry.js';
import { within } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { LabList, ListedLab } from '../report/types.generated.js';
import { parseSpec } from '../spec/parse.js';
import { type LabNote, notedLabs, notesOf } from '../workspace/lab-notes.js';

/** How long a backend may take to answer. */
export interface ListOptions {
  /** How long each server and provider has to answer, milliseconds. Default 5000. */
  readonly deadlineMs?: number | undefined;
  /** Aborting it throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** See `listLabs` of the library. */
export async function listLabs(options: ListOptions = {}): Promise<LabList> {
  return listOf(true, options);
}

/** @internal The same, but asks only those servers on which a lab is noted. */
export async function knownLabs(options: ListOptions = {}): Promise<LabList> {
  return listOf(false, options);
}

async function listOf(everywhere: boolean, options: ListOptions): Promise<LabList> {
  const { noted, damaged } = allNoted();
  const lists = await Promise.all(
    backends().map(async (descriptor) => {
      const own = noted.filter(({ backend }) => backend === descriptor.name);
      const list = descriptor.labs?.list ?? ((asked) => listNoted(descriptor, asked));
      try {
        return await answered(options, (signal) => list({ noted: own, everywhere, signal }));
      } catch (error) {
        options.signal?.throwIfAborted();
        return silent(descriptor, own, error);
      }
    }),
  );
  options.signal?.throwIfAborted();
  const strange = noted.filter(({ backend }) => !descriptorOf(backend)).map(unknownHere);
  const labs = [...lists.flatMap((each) => each.labs), ...damaged, ...strange];
  const order = ({ name, backend }: ListedLab) => `${name} ${BACKEND_NAMES.indexOf(backend)}`;
  return {
    labs: labs.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    silent: lists.flatMap(({ silent }) => silent),
  };
}

type Noted = LabNote & { readonly name: string };

function allNoted(): { readonly noted: Noted[]; readonly damaged: ListedLab[] } {
  const noted: Noted[] = [];
  const damaged: ListedLab[] = [];
  for (const name of notedLabs()) {
    try {
      noted.push(...notesOf(name).map((note) => ({ ...note, name })));
    } catch (error) {
      if (!(error instanceof RedisLabError)) throw error;
      const problem = error.message;
      damaged.push({ ...NOWHERE, name, backend: onlyNoted(), state: 'damaged', problem });
    }
  }
  return { noted, damaged };
}

/** The backend that a damaged note was of: the one whose labs are known by notes only. */
function onlyNoted(): string {
  return backends().find(({ labs }) => labs && !labs.isOnDisk)?.name ?? '';
}

const NOWHERE = { folder: null, set: [] } as const;

function unknownHere({ name, backend }: Noted): ListedLab {
  const problem = `the program that registered the backend ${backend} knows it, and no other one`;
  return { ...NOWHERE, name, backend, state: 'unknown', problem };
}

/** The list of a backend that did not answer. */
function silent(
  { name: backend }: BackendDescriptor,
  own: readonly Noted[],
  why: unknown,
): LabList {
  const problem = why instanceof Error ? why.message : String(why);
  const labs = own.map(({ name }): ListedLab => {
    return { ...NOWHERE, name, backend, state: 'unknown', problem };
  });
  return { labs, silent: [{ backend, problem }] };
}

/** The list of a backend that cannot list its labs: the status of each noted one is asked for. */
async function listNoted(
  { name: backend }: BackendDescriptor,
  { noted }: ListOfBackend,
): Promise<LabList> {
  const labs = noted.map(async ({ name }): Promise<ListedLab> => {
    const common = { ...NOWHERE, name, backend };
    try {
      const asked = await backendNamed(backend, parseSpec({ name }));
      const { state } = await asked.status();
      const runs = state === 'idle' ? 'partial' : state === 'absent' ? 'stopped' : state;
      return { ...common, state: runs, problem: null };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { ...common, state: 'unknown', problem };
    }
  });
  return { labs: await Promise.all(labs), silent: [] };
}

/** Asks with a deadline, which holds even if `ask` ignores its signal. */
async function answered<T>(
  { deadlineMs = 5000, signal }: ListOptions,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  const found = await within(deadlineMs, ask(either), signal);
  if (found !== undefined) return found;
  const text = `there was no answer within ${deadlineMs / 1000} s`;
  const error = new RedisLabError(text, { exitCode: EXIT.deadline });
  late.abort(error);
  throw error;
}
