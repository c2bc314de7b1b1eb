/** The same work on many labs, some at a time: what fails for one holds up no other. */
import { now } from '../clock.js';

/** What became of the work on one of many: a value, or an error, or neither where it was not begun. */
export interface Outcome<Item, Value> {
  /** What it was about. */
  readonly item: Item;
  /** Absent where it failed, or was not begun. */
  readonly value?: Value;
  readonly error?: unknown;
  /** Milliseconds that it took; absent where it was not begun. */
  readonly ms?: number;
}

export interface EachOptions<Item, Value> {
  /** How many at a time, from 1. */
  readonly jobs: number;
  /** Aborting it begins no more, and is passed on to what runs, whose end is waited for. */
  readonly signal?: AbortSignal | undefined;
  readonly onBegin?: (item: Item) => void;
  readonly onEnd?: (outcome: Outcome<Item, Value>) => void;
}

/** Outcomes in the order of the items. Never rejects. */
export async function forEach<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
  { jobs, signal, onBegin, onEnd }: EachOptions<Item, Value>,
): Promise<Outcome<Item, Value>[]> {
  const outcomes: Outcome<Item, Value>[] = items.map((item) => ({ item }));
  let next = 0;
  const lane = async () => {
    while (next < items.length && !signal?.aborted) {
      const at = next++;
      const item = items[at] as Item;
      onBegin?.(item);
      const since = now();
      const outcome = await work(item).then(
        (value) => ({ item, value, ms: now() - since }),
        (error: unknown) => ({ item, error, ms: now() - since }),
      );
      outcomes[at] = outcome;
      onEnd?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, lane));
  return outcomes;
}

/** Lets so many do their work at a time; the others wait in a row. */
export function gate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
