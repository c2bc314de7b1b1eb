/**
 * A client that writes numbered records all the time, and finds the master as Sentinel's client guide says
 * (https://redis.io/docs/latest/develop/reference/sentinel-clients/): ask the Sentinels in turn and begin
 * with the one that answered last; connect; check the role; begin again whenever the connection is lost.
 */
import { now, sleep } from '../clock.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import { type Connection, NoAnswer } from '../redis-view/connection.js';
import {
  type Endpoint,
  endpointText,
  nameOf,
  reachable,
  redisEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import { askMaster } from '../redis-view/sentinel-view.js';
import { type Message, message, quoted } from '../report/messages.js';
import { Ledger } from './ledger.js';
import { isMaster, openIn } from './own-keys.js';

/** Between the starts of two writes, milliseconds, if the first is answered by then. */
export const WRITE_EVERY_MS = 10;
/** A write without an answer is given up after this time, milliseconds. */
export const ANSWER_WITHIN_MS = 1000;
/** A Sentinel that does not answer is passed over after this time, milliseconds. */
const SENTINEL_WITHIN_MS = 250;
/** Between two rounds of asking the Sentinels, milliseconds. */
const ASK_EVERY_MS = 20;

interface WriterOptions {
  /** The hash that holds the records. */
  readonly key: string;
  /** Number of the database that it is in. Default 0. */
  readonly database?: number;
  /** The only server that it writes to, as a client with a fixed address does. Default: whom the Sentinels name. */
  readonly fixed?: NodeModel;
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
  readonly #lab: LabModel;
  readonly #options: WriterOptions;
  readonly #sentinels: Endpoint[];
  readonly #open = new Set<Connection>();
  #connection: Connection | undefined;
  /** Why there is nobody to write to. */
  #why = message('no-master.unasked');
  #last = '';
  #stopping = false;
  #done: Promise<unknown> | undefined;

  constructor(lab: LabModel, options: WriterOptions) {
    this.#lab = lab;
    this.#options = options;
    this.ledger = options.ledger ?? new Ledger();
    this.#sentinels = sentinelsOf(lab).map(sentinelEndpoint);
  }

  start(): void {
    this.#done = Promise.all([this.#writing(), this.#finding()]);
    // What goes wrong in them is told by `stop`.
    this.#done.catch(() => undefined);
  }

  /** Ends after the write that is under way; every number has its entry then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    for (const connection of this.#open) connection.close();
  }

  async #writing(): Promise<void> {
    while (!this.#stopping) {
      const next = now() + WRITE_EVERY_MS;
      await this.#write();
      const rest = next - now();
      // Also without a rest others must have their turn.
      await sleep(Math.max(0, rest));
    }
  }

  async #write(): Promise<void> {
    const number = ++this.attempted;
    const at = now();
    this.lastBegan = at;
    const connection = this.#connection;
    if (!connection) {
      this.#settle({ number, at, outcome: 'refused', reason: this.#why, node: undefined });
      return;
    }
    const node = nameOf(this.#lab, connection.endpoint);
    try {
      await connection.ask('HSET', this.#options.key, number, Math.round(at));
      this.#settle({ number, at, outcome: 'acknowledged', reason: undefined, node });
    } catch (error) {
      const said = (error as Error).message;
      const reason = quoted(said);
      const unknown = error instanceof NoAnswer && error.sent;
      this.#settle({ number, at, outcome: unknown ? 'unknown' : 'refused', reason, node });
      // Whether it broke or says READONLY: the guide says to ask the Sentinels again.
      if (error instanceof NoAnswer || /^READONLY/.test(said)) {
        this.#drop(connection, message('no-master.said', { said }));
      }
    }
  }

  #settle(entry: Omit<Parameters<Ledger['add']>[0], 'settledAt'>): void {
    const settledAt = now();
    this.ledger.add({ ...entry, settledAt });
    const { outcome, reason, node, number } = entry;
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

  #drop(connection: Connection, why: Message): void {
    connection.close();
    this.#open.delete(connection);
    if (this.#connection === connection) this.#connection = undefined;
    this.#why = why;
  }

  async #finding(): Promise<void> {
    while (!this.#stopping) {
      if (!this.#connection?.open) {
        if (this.#connection) this.#drop(this.#connection, message('no-master.lost'));
        await this.#find();
      }
      await sleep(ASK_EVERY_MS);
    }
  }

  async #find(): Promise<void> {
    const { fixed } = this.#options;
    if (!fixed) return this.#ask();
    try {
      this.#connection = await this.#connect(redisEndpoint(fixed));
    } catch (error) {
      if (!(error instanceof MasterUnusable)) throw error;
      this.#why = error.why;
    }
  }

  async #ask(): Promise<void> {
    for (const [index, sentinel] of this.#sentinels.entries()) {
      if (this.#stopping) return;
      try {
        const { masterName } = this.#lab.sentinel;
        const endpoint = await askMaster(sentinel, masterName, { timeoutMs: SENTINEL_WITHIN_MS });
        if (!endpoint) continue;
        // The one that answered is asked first the next time.
        this.#sentinels.splice(index, 1);
        this.#sentinels.unshift(sentinel);
        this.#connection = await this.#connect(endpoint);
        return;
      } catch (error) {
        if (error instanceof MasterUnusable) {
          this.#why = error.why;
          return;
        }
        this.#why = message('no-master.said', { said: (error as Error).message });
      }
    }
  }

  async #connect(endpoint: Endpoint): Promise<Connection> {
    const node = nameOf(this.#lab, endpoint);
    let connection: Connection | undefined;
    try {
      const { database = 0 } = this.#options;
      connection = await openIn(database, reachable(this.#lab, endpoint), {
        timeoutMs: ANSWER_WITHIN_MS,
      });
      if (!isMaster(await connection.ask('ROLE'))) {
        const address = endpointText(endpoint);
        throw new MasterUnusable(message('no-master.not-yet', { node, address }));
      }
      this.#open.add(connection);
      return connection;
    } catch (error) {
      connection?.close();
      if (error instanceof MasterUnusable) throw error;
      const said = (error as Error).message;
      throw new MasterUnusable(message('no-master.unusable', { node, said }));
    }
  }
}

/** A Sentinel named a master that cannot be used: asking the next Sentinel would give the same one. */
class MasterUnusable extends Error {
  constructor(readonly why: Message) {
    super(why.text);
  }
}
