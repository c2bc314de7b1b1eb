/** One stream of all that happens to a lab: polls its status, listens to its Sentinels, and is told of calls. */
import { now, sleep, toEpoch } from '../clock.js';
import { RedisLabError, usage } from '../errors.js';
import type { Endpoint } from '../redis-view/endpoints.js';
import type { Listening, Subscription } from '../redis-view/sentinel-events.js';
import type { LabStatus } from '../report/types.generated.js';
import type { LabName } from './calls.js';
import { Changes } from './changes.js';
import type { Happening, LabEvent } from './events.js';
import { Feed } from './feed.js';

/** How often a watched lab is looked at, and until when. */
export interface WatchOptions {
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds from one look at the lab to the next, 100 to 3,600,000. Default 1000. Events of Sentinels and of calls of this
   * process come at once, and a look follows.
   */
  readonly everyMs?: number | undefined;
}

/** @throws RedisLabError (2) for an `everyMs` out of its limits */
export function checkInterval(everyMs: number): void {
  if (everyMs >= 100 && everyMs <= 3_600_000) return;
  throw usage(`everyMs is ${everyMs}; use 100 to 3600000 milliseconds.`);
}

/** What watching a lab needs. */
export interface Watchable extends LabName {
  /** @throws RedisLabError when the lab cannot be looked at now */
  readonly look: () => Promise<Look>;
  readonly listen: (listening: Listening) => Subscription;
  /** Gives a function that ends it. */
  readonly hearCalls: (hear: (event: Happening) => void) => () => void;
  /** Closes the connections that `look` has left open. */
  readonly close: () => void;
  /** Whether it is told that the first look failed, and looked again: it is one of many, whose watching goes on. Default: that ends it. */
  readonly isOneOfMany?: boolean;
}

export interface Look {
  readonly status: LabStatus;
  /** Of the lab as it runs; none if it is absent. */
  readonly sentinels: readonly { readonly node: string; readonly endpoint: Endpoint }[];
}

/** The least time between two looks, whatever happens, milliseconds. */
const LEAST_GAP_MS = 250;

/**
 * After this many looks at which a Sentinel was silent, we connect to it again, once: a machine that lost its power does not
 * close a connection. Not after the first: a Sentinel that is merely busy would lose what it publishes meanwhile.
 */
const SILENT_LOOKS = 2;

/** Between two tries to connect to a Sentinel, milliseconds. */
const RETRY_MS = 1000;

/**
 * Begins when the reader asks for the first event, and ends when the reader leaves or the signal is aborted; nothing stays
 * open. A slow reader gets the newest status, and is told how many other events were dropped.
 */
export function watch(
  lab: Watchable,
  { signal, everyMs = 1000 }: WatchOptions,
): AsyncIterableIterator<LabEvent, undefined> {
  const stamped = (event: Happening, at = now()): LabEvent => ({
    lab: lab.lab,
    at,
    time: new Date(toEpoch(at)).toISOString(),
    ...event,
  });
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  const onAbort = () => void feed.return();
  const feed = new Feed<LabEvent>({
    stateOf: ({ kind }) => (kind === 'status' ? kind : undefined),
    dropped: (count) => stamped({ kind: 'dropped', count }),
    onBegin: () => {
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort);
      const tell: Tell = (event, at) => feed.push(stamped(event, at));
      running = new Session(lab, everyMs, tell, stop.signal).run().then(
        () => feed.end(),
        (error: unknown) => feed.end(error),
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

type Tell = (event: Happening, at?: number) => void;

/** A Sentinel that is listened to. */
interface Listener {
  /** Its endpoint now. */
  readonly place: { endpoint: Endpoint };
  readonly stop: AbortController;
  readonly subscription: Subscription;
  /** How many looks in a row the Sentinel did not answer. */
  silent: number;
}

class Session {
  readonly #lab: Watchable;
  readonly #everyMs: number;
  readonly #tell: Tell;
  readonly #stop: AbortSignal;
  readonly #changes = new Changes();
  readonly #listeners = new Map<string, Listener>();
  /** Settle when their subscriptions are closed. */
  readonly #open = new Set<Promise<void>>();
  /** Aborted when something happened that a look may show. */
  #news = new AbortController();
  /** The last status as JSON, or the last error. */
  #shown = '';

  constructor(lab: Watchable, everyMs: number, tell: Tell, stop: AbortSignal) {
    this.#lab = lab;
    this.#everyMs = everyMs;
    this.#tell = tell;
    this.#stop = stop;
  }

  /**
   * Looks until it is stopped, and closes everything before it settles.
   * @throws what the first look throws, where it ends the watching; else only defects
   */
  async run(): Promise<void> {
    const onStop = () => this.#news.abort();
    this.#stop.addEventListener('abort', onStop);
    const endCalls = this.#lab.hearCalls((event) => {
      this.#tell(event);
      if (event.kind === 'call') this.#news.abort();
    });
    try {
      for (let isFirst = true; !this.#stop.aborted; isFirst = false) {
        // What happens during a look may not be in its result.
        this.#news = new AbortController();
        const look = await this.#look(isFirst);
        if (this.#stop.aborted) break;
        if (look) this.#show(look);
        await this.#pause();
      }
    } finally {
      endCalls();
      this.#stop.removeEventListener('abort', onStop);
      for (const { stop } of this.#listeners.values()) stop.abort();
      this.#lab.close();
      await Promise.all(this.#open);
    }
  }

  async #look(isFirst: boolean): Promise<Look | undefined> {
    try {
      return await this.#lab.look();
    } catch (error) {
      const ends = isFirst && !this.#lab.isOneOfMany;
      if (ends || !(error instanceof RedisLabError)) throw error;
      const { exitCode, message: text } = error;
      if (this.#shown !== text) this.#tell({ kind: 'unreadable', exitCode, text });
      this.#shown = text;
      return undefined;
    }
  }

  #show({ status, sentinels }: Look): void {
    for (const change of this.#changes.since(status)) this.#tell(change);
    const shown = JSON.stringify(status);
    if (shown !== this.#shown) this.#tell({ kind: 'status', status });
    this.#shown = shown;
    for (const node of this.#listeners.keys()) {
      if (!sentinels.some((each) => each.node === node)) this.#forget(node);
    }
    for (const { node, endpoint } of sentinels) {
      const state = status.nodes.find((each) => each.node === node)?.sentinel?.state;
      const listener = this.#listeners.get(node) ?? this.#listen(node, endpoint);
      listener.place.endpoint = endpoint;
      listener.silent = state === 'stopped' || state === 'silent' ? listener.silent + 1 : 0;
      if (listener.silent === SILENT_LOOKS) listener.subscription.renew();
    }
  }

  #listen(node: string, endpoint: Endpoint): Listener {
    const stop = new AbortController();
    const place = { endpoint };
    const subscription = this.#lab.listen({
      endpoint: () => place.endpoint,
      onEvent: ({ at, type, text }) =>
        this.#hear({ kind: 'sentinel', node, event: type, text }, at),
      onConnection: (state) => this.#hear({ kind: 'hearing', node, state }),
      signal: stop.signal,
      retryMs: RETRY_MS,
    });
    const listener: Listener = { place, stop, subscription, silent: 0 };
    this.#listeners.set(node, listener);
    const over = subscription.over.finally(() => this.#open.delete(over));
    this.#open.add(over);
    return listener;
  }

  #hear(event: Happening, at?: number): void {
    if (this.#stop.aborted) return;
    this.#tell(event, at);
    this.#news.abort();
  }

  #forget(node: string): void {
    this.#listeners.get(node)?.stop.abort();
    this.#listeners.delete(node);
  }

  /** Until the next look, which comes sooner after an event. */
  async #pause(): Promise<void> {
    const gap = Math.min(LEAST_GAP_MS, this.#everyMs);
    await sleep(gap, this.#stop).catch(() => undefined);
    await sleep(this.#everyMs - gap, this.#news.signal).catch(() => undefined);
  }
}
