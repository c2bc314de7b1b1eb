/** One stream of all that happens to a lab: looks at it again and again, listens to its Sentinels, hears of calls. */
import { now, sleep, toEpoch } from '../clock.js';
import { RedisLabError } from '../errors.js';
import type { Endpoint } from '../redis-view/endpoints.js';
import type { Listening, Subscription } from '../redis-view/sentinel-events.js';
import type { LabStatus } from '../report/types.generated.js';
import type { LabName } from './calls.js';
import { Changes } from './changes.js';
import type { Happening, LabEvent } from './events.js';
import { Feed } from './feed.js';

/** How often a lab that is watched is looked at, and until when. */
export interface WatchOptions {
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal | undefined;
  /**
   * From one look at the lab to the next, milliseconds, from 100 to 3,600,000. What a Sentinel or a call of this process
   * tells comes at once, and is followed by a look. Default 1000.
   */
  readonly everyMs?: number | undefined;
}

/** A lab that can be watched, and how. */
export interface Watchable extends LabName {
  /** @throws RedisLabError when the lab cannot be looked at now */
  readonly look: () => Promise<Look>;
  readonly listen: (listening: Listening) => Subscription;
  /** Gives what ends it. */
  readonly hearCalls: (hear: (event: Happening) => void) => () => void;
  /** Lets go of what looking has left open. */
  readonly close: () => void;
}

export interface Look {
  readonly status: LabStatus;
  /** Of the lab as it runs; none where it is absent. */
  readonly sentinels: readonly { readonly node: string; readonly endpoint: Endpoint }[];
}

/** Between two looks, however much happens, milliseconds. */
const LEAST_GAP_MS = 250;

/**
 * After so many looks at which a Sentinel was silent, the connection over which it is heard is made anew, once: a machine that
 * lost its power does not end one. After a single look nothing is: a busy one would lose what it publishes meanwhile.
 */
const SILENT_LOOKS = 2;

/** Between two tries to hear a Sentinel, milliseconds. */
const RETRY_MS = 1000;

/**
 * Begins when it is asked for the first event, and ends when its reader leaves or the signal is aborted. Nothing of it is
 * left then. A reader that is slow gets the newest status, and hears how many of the other events were left out.
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
    isState: ({ kind }) => kind === 'status',
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
interface Ear {
  /** Where it is now. */
  readonly place: { endpoint: Endpoint };
  readonly stop: AbortController;
  readonly subscription: Subscription;
  /** Looks in a row at which the Sentinel did not answer. */
  silent: number;
}

class Session {
  readonly #lab: Watchable;
  readonly #everyMs: number;
  readonly #tell: Tell;
  readonly #stop: AbortSignal;
  readonly #changes = new Changes();
  readonly #ears = new Map<string, Ear>();
  /** Subscriptions that are not over yet. */
  readonly #open = new Set<Promise<void>>();
  /** Aborted when something happened that a look may show. */
  #news = new AbortController();
  /** What was shown last, as text. */
  #shown = '';

  constructor(lab: Watchable, everyMs: number, tell: Tell, stop: AbortSignal) {
    this.#lab = lab;
    this.#everyMs = everyMs;
    this.#tell = tell;
    this.#stop = stop;
  }

  /**
   * Looks until it is stopped; lets go of everything before it settles.
   * @throws what the first look throws, and later what is a defect
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
        // What happens while it looks may not be in what it sees.
        this.#news = new AbortController();
        const look = await this.#look(isFirst);
        if (this.#stop.aborted) break;
        if (look) this.#show(look);
        await this.#pause();
      }
    } finally {
      endCalls();
      this.#stop.removeEventListener('abort', onStop);
      for (const { stop } of this.#ears.values()) stop.abort();
      this.#lab.close();
      await Promise.all(this.#open);
    }
  }

  async #look(isFirst: boolean): Promise<Look | undefined> {
    try {
      return await this.#lab.look();
    } catch (error) {
      if (isFirst || !(error instanceof RedisLabError)) throw error;
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
    for (const node of this.#ears.keys()) {
      if (!sentinels.some((each) => each.node === node)) this.#forget(node);
    }
    for (const { node, endpoint } of sentinels) {
      const state = status.nodes.find((each) => each.node === node)?.sentinel?.state;
      const ear = this.#ears.get(node) ?? this.#listen(node, endpoint);
      ear.place.endpoint = endpoint;
      ear.silent = state === 'stopped' || state === 'silent' ? ear.silent + 1 : 0;
      if (ear.silent === SILENT_LOOKS) ear.subscription.renew();
    }
  }

  #listen(node: string, endpoint: Endpoint): Ear {
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
    const ear: Ear = { place, stop, subscription, silent: 0 };
    this.#ears.set(node, ear);
    const over = subscription.over.finally(() => this.#open.delete(over));
    this.#open.add(over);
    return ear;
  }

  #hear(event: Happening, at?: number): void {
    if (this.#stop.aborted) return;
    this.#tell(event, at);
    this.#news.abort();
  }

  #forget(node: string): void {
    this.#ears.get(node)?.stop.abort();
    this.#ears.delete(node);
  }

  /** Until the next look: sooner where there are news, but not at once. */
  async #pause(): Promise<void> {
    const gap = Math.min(LEAST_GAP_MS, this.#everyMs);
    await sleep(gap, this.#stop).catch(() => undefined);
    await sleep(this.#everyMs - gap, this.#news.signal).catch(() => undefined);
  }
}
