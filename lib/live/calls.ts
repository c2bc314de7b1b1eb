/** What calls of this process do to labs, for those who watch one. */
import type { FaultKind } from '../backends/backend.js';
import type { BackendName } from '../backends/registry.js';
import type { OnProgress } from '../progress.js';
import type { Call, Happening } from './events.js';

/** Two labs of one name are two labs if they are with two backends. */
export interface LabName {
  readonly lab: string;
  readonly backend: BackendName;
}

type Hear = (event: Happening) => void;

const watchers = new Map<string, Set<Hear>>();

/** Hears of all calls on a lab from now on; gives what ends that. */
export function hearCalls({ lab, backend }: LabName, hear: Hear): () => void {
  const key = `${backend} ${lab}`;
  const all = watchers.get(key) ?? new Set();
  watchers.set(key, all.add(hear));
  return () => {
    all.delete(hear);
    if (all.size === 0 && watchers.get(key) === all) watchers.delete(key);
  };
}

export interface CallOptions {
  readonly fault?: FaultKind;
  readonly node?: string;
  /** Hears of the progress as well. */
  readonly onProgress?: OnProgress | undefined;
}

/** Does a call, and tells those who watch the lab that it began, what it tells of its progress, and how it ended. */
export async function toldCall<T>(
  { lab, backend }: LabName,
  call: Call,
  work: (onProgress: OnProgress) => Promise<T>,
  { onProgress, ...about }: CallOptions = {},
): Promise<T> {
  const key = `${backend} ${lab}`;
  const tell = (event: Happening) => {
    for (const hear of watchers.get(key) ?? []) hear(event);
  };
  const told = (state: 'begun' | 'done' | 'failed', text: string) =>
    tell({ kind: 'call', call, state, ...about, text });
  told('begun', '');
  try {
    const result = await work((event) => {
      onProgress?.(event);
      tell(event);
    });
    told('done', '');
    return result;
  } catch (error) {
    told('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}
