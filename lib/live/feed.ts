/** A bounded queue of events for one reader, who may be slow. */

/** The most events that wait for the reader. */
const CAPACITY = 1000;

interface FeedOptions<T> {
  /** What an event is the state of: of each such thing only the newest event waits, and it is never dropped. Default: of none. */
  readonly stateOf?: (event: T) => string | undefined;
  /** The event that stands for `count` dropped ones. Default: none. */
  readonly dropped?: (count: number) => T;
  /** Called once, when the reader asks for the first event. */
  readonly onBegin?: () => void;
  /** Called once after that, when the feed ends. The reader's last call waits for it. */
  readonly onEnd?: () => Promise<void>;
}

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Yields what is pushed, until {@link end} is called or the reader leaves. */
export class Feed<T> implements AsyncIterableIterator<T, undefined> {
  readonly #options: FeedOptions<T>;
  readonly #events: T[] = [];
  readonly #readers: Reader<T>[] = [];
  #dropped = 0;
  #begun = false;
  #over = false;
  #failures: unknown[] = [];
  #ended: Promise<void> | undefined;

  constructor(options: FeedOptions<T> = {}) {
    this.#options = options;
  }

  push(event: T): void {
    if (this.#over) return;
    const { stateOf = () => undefined } = this.#options;
    const events = this.#events;
    const state = stateOf(event);
    const older = state === undefined ? -1 : events.findIndex((each) => stateOf(each) === state);
    if (older >= 0) events.splice(older, 1);
    events.push(event);
    const oldest = events.length > CAPACITY ? events.findIndex((each) => !stateOf(each)) : -1;
    if (oldest >= 0) {
      events.splice(oldest, 1);
      this.#dropped++;
    }
    this.#serve();
  }

  /** Ends the feed: the reader still gets what waits, and then the error, if there is one. */
  end(...failure: unknown[]): void {
    if (this.#over) return;
    this.#over = true;
    this.#failures = failure;
    this.#ended = this.#begun ? this.#options.onEnd?.() : undefined;
    this.#serve();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (!this.#begun && !this.#over) {
      this.#begun = true;
      this.#options.onBegin?.();
    }
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    this.#dropped = 0;
    this.end();
    await this.#ended;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    while (this.#readers.length > 0 && (this.#events.length > 0 || this.#over)) {
      const reader = this.#readers.shift();
      const notice = this.#dropped > 0 ? this.#options.dropped?.(this.#dropped) : undefined;
      this.#dropped = 0;
      if (notice !== undefined) reader?.resolve({ done: false, value: notice });
      else if (this.#events.length > 0) {
        reader?.resolve({ done: false, value: this.#events.shift() as T });
      } else void this.#finish(reader);
    }
  }

  async #finish(reader: Reader<T> | undefined): Promise<void> {
    const failure = this.#failures.splice(0);
    await this.#ended;
    if (failure.length > 0) reader?.reject(failure[0]);
    else reader?.resolve({ done: true, value: undefined });
  }
}
