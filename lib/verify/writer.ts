/** A client that writes numbered records all the time, where {@link MasterConnection} leads it. */
import { now, repeat } from '../clock.js';
import type { LabModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import { type Entry, Ledger } from './ledger.js';
import { MasterConnection, type MasterOptions } from './master-connection.js';

/** Between the starts of two writes, milliseconds, if the first is answered by then. */
export const WRITE_EVERY_MS = 10;

interface WriterOptions extends MasterOptions {
  /** The hash that holds the records. */
  readonly key: string;
  /** Called when what the client meets changes: accepted, refused, lost its connection. */
  readonly onChange?: (event: string, detail: readonly Message[], at: number) => void;
  /** Where the entries go. Default: a new one. */
  readonly ledger?: Ledger;
}

export class Writer {
  readonly ledger: Ledger;
  /** Numbers given out so far. */
  attempted = 0;
  /** When the write under way, or the last one, began; every one before it has its entry. */
  lastBegan = Number.NEGATIVE_INFINITY;
  readonly #options: WriterOptions;
  readonly #master: MasterConnection;
  #last = '';
  #stopping = false;
  #done: Promise<unknown> | undefined;

  constructor(lab: LabModel, options: WriterOptions) {
    this.#options = options;
    this.ledger = options.ledger ?? new Ledger();
    this.#master = new MasterConnection(lab, options);
  }

  start(): void {
    this.#master.start();
    this.#done = repeat(
      WRITE_EVERY_MS,
      () => this.#stopping,
      () => this.#write(),
    );
    // What goes wrong in it is told by `stop`.
    this.#done.catch(() => undefined);
  }

  /** @see MasterConnection.cutOff */
  cutOff(nodes: readonly string[]): void {
    this.#master.cutOff(nodes);
  }

  /** Ends after the write that is under way; every number has its entry then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    try {
      await this.#done;
    } finally {
      await this.#master.stop();
    }
  }

  async #write(): Promise<void> {
    const number = ++this.attempted;
    this.lastBegan = now();
    const time = Math.round(this.lastBegan);
    const { reply, ...met } = await this.#master.attempt('HSET', this.#options.key, number, time);
    this.#settle({ number, ...met });
  }

  #settle(entry: Entry): void {
    this.ledger.add(entry);
    const { outcome, reason, node, number, settledAt } = entry;
    const met = `${outcome} ${node ?? ''} ${reason?.text ?? ''}`;
    if (met === this.#last) return;
    this.#last = met;
    const record =
      node === undefined
        ? message('event.record', { record: number })
        : message('event.record-by', { record: number, node });
    this.#options.onChange?.(
      outcome === 'unknown' ? 'write unanswered' : `write ${outcome}`,
      [record, ...(reason ? [reason] : [])],
      settledAt,
    );
  }
}
