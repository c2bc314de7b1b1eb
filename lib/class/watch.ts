/** The labs of a class as one stream of events. */
import { now, toEpoch } from '../clock.js';
import type { LabEvent } from '../live/events.js';
import { Feed } from '../live/feed.js';
import type { WatchOptions } from '../live/watch.js';
import { keyOf, type StudentLab } from './labs.js';
import type { Place } from './looks.js';

/** How a class is watched. */
export interface ClassWatchOptions extends Pick<WatchOptions, 'signal'> {
  /** Students by number or e-mail address. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Labs that are looked at at the same moment, from 1. Default: four for each processor that works on the labs, at least eight. */
  readonly jobs?: number | undefined;
  /** Milliseconds from one look at a lab to the next, 100 to 3,600,000. Default 2000. What Sentinels publish comes at once. */
  readonly everyMs?: number | undefined;
}

/** What happened to the lab of a student. */
export type ClassEvent = LabEvent & {
  /** What the student is known by; empty where events of any lab were left out. */
  readonly student: string;
};

interface Watched extends Place {
  readonly labs: readonly StudentLab[];
  /** How many labs may be looked at at the same moment. */
  readonly atOnce: () => Promise<number>;
}

/** Begins when the reader asks for the first event, and leaves nothing open. */
export function watchAll(
  { labs, atOnce, ...place }: Watched,
  { everyMs = 2000, signal }: Omit<ClassWatchOptions, 'only' | 'jobs'>,
): AsyncIterableIterator<ClassEvent, undefined> {
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  const onAbort = () => void feed.return();
  const run = async () => {
    const { eventsIn } = await import('./looks.js');
    const options = { everyMs, atOnce: await atOnce(), signal: stop.signal };
    const eventsOf = await eventsIn(place, options);
    await Promise.all(
      labs.map(async ({ lab, student }) => {
        for await (const event of await eventsOf(lab)) {
          feed.push({ student: keyOf(student), ...event });
        }
      }),
    );
  };
  const feed = new Feed<ClassEvent>({
    stateOf: ({ kind, lab }) => (kind === 'status' ? lab : undefined),
    dropped: (count) => {
      const at = now();
      const time = new Date(toEpoch(at)).toISOString();
      return { student: '', lab: place.described.name, at, time, kind: 'dropped', count };
    },
    onBegin: () => {
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort);
      running = run().then(
        () => feed.end(),
        (error: unknown) => {
          stop.abort();
          feed.end(error);
        },
      );
    },
    onEnd: async () => {
      signal?.removeEventListener('abort', onAbort);
      stop.abort();
      await running;
    },
  });
  return feed;
}
