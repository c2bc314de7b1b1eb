/** Tells watchers of a lab about calls of this process on it. */
import type { FaultKind } from '../backends/backend.js';
import type { BackendName } from '../backends/registry.js';
import type { OnProgress } from '../progress.js';
import type { Call, Happening } from './events.js';

/** Identifies a lab: each backend may have one of the same name. */
export interface LabName {
  readonly lab: string;
  readonly backend: BackendName;
}

type Hear = (event: Happening) => void;

const watchers = new Map<string, Set<Hear>>();

/** Calls `hear` for all calls on a lab from now on; gives a function that ends this. */
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
  /** Also told of the progress. */
  readonly onProgress?: OnProgress | undefined;
}

/** Does a call, and tells those who watch the lab that it began, its progress, and how it ended. */
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
