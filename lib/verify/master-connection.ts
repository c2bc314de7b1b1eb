/**
 * A connection to the master as Sentinel's client guide says (https://redis.io/docs/latest/develop/reference/sentinel-clients/):
 * ask the Sentinels in turn and begin with the one that answered last; connect; check the role; begin again whenever the
 * connection is lost.
 */
import { now, sleep } from '../clock.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import type { Outcome } from '../oracle/history.js';
import { type Connection, NoAnswer, type Reply } from '../redis-view/connection.js';
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
import { isMaster, openIn } from './own-keys.js';

/** A command without an answer is given up after this time, milliseconds. */
export const ANSWER_WITHIN_MS = 1000;
/** A Sentinel that does not answer is passed over after this time, milliseconds. */
const SENTINEL_WITHIN_MS = 250;
/** Between two rounds of asking the Sentinels, milliseconds. */
const ASK_EVERY_MS = 20;

export interface MasterOptions {
  /** Number of the database that its commands are about. Default 0. */
  readonly database?: number;
  /** The only server that it connects to, as a client with a fixed address does. Default: whom the Sentinels name. */
  readonly fixed?: NodeModel;
}

/** A command, and what became of it. */
export interface Attempt {
  /** Moments of `now()`: sent (or given up, if there was no server to send it to), and settled. */
  readonly at: number;
  readonly settledAt: number;
  readonly outcome: Outcome;
  /** What the server or the connection said; undefined if it was acknowledged. */
  readonly reason: Message | undefined;
  /** Name of the node that was asked; undefined if there was none. */
  readonly node: string | undefined;
  /** The answer of one that was acknowledged. */
  readonly reply?: Reply;
}

export class MasterConnection {
  readonly #lab: LabModel;
  readonly #options: MasterOptions;
  readonly #sentinels: NodeModel[];
  readonly #open = new Set<Connection>();
  #current: Connection | undefined;
  /** Why there is nobody to send to. */
  #why = message('no-master.unasked');
  #cutOff: ReadonlySet<string> = new Set();
  #stopping = false;
  #done: Promise<unknown> | undefined;

  constructor(lab: LabModel, options: MasterOptions) {
    this.#lab = lab;
    this.#options = options;
    this.#sentinels = sentinelsOf(lab);
  }

  start(): void {
    this.#done = this.#finding();
    // What goes wrong in it is told by `stop`.
    this.#done.catch(() => undefined);
  }

  /**
   * From now on, it is as if these nodes could not be reached: nothing that they say arrives, and each that is tried is waited for in
   * vain. This machine may reach them all the same, as it does where a partition is between nodes.
   */
  cutOff(nodes: readonly string[]): void {
    this.#cutOff = new Set(nodes);
    const current = this.#current;
    const node = current && nameOf(this.#lab, current.endpoint);
    if (current && node !== undefined && this.#cutOff.has(node)) {
      this.#drop(current, message('no-master.cut-off', { node }));
    }
  }

  /** Commands that are under way are not answered then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    for (const connection of this.#open) connection.close();
  }

  /** Sends a command once, if there is a connection, and gives what became of it. */
  async attempt(command: string, ...args: readonly (string | number)[]): Promise<Attempt> {
    const at = now();
    const connection = this.#current;
    if (!connection) {
      return { at, settledAt: now(), outcome: 'refused', reason: this.#why, node: undefined };
    }
    const node = nameOf(this.#lab, connection.endpoint);
    try {
      const reply = await connection.ask(command, ...args);
      const outcome = 'acknowledged';
      return { at, settledAt: now(), outcome, reason: undefined, node, reply };
    } catch (error) {
      const settledAt = now();
      const said = (error as Error).message;
      const outcome = error instanceof NoAnswer && error.sent ? 'unknown' : 'refused';
      // Whether it broke or says READONLY: the guide says to ask the Sentinels again.
      if (error instanceof NoAnswer || /^READONLY/.test(said)) {
        this.#drop(connection, message('no-master.said', { said }));
      }
      return { at, settledAt, outcome, reason: quoted(said), node };
    }
  }

  #drop(connection: Connection, why: Message): void {
    connection.close();
    this.#open.delete(connection);
    if (this.#current === connection) this.#current = undefined;
    this.#why = why;
  }

  async #finding(): Promise<void> {
    while (!this.#stopping) {
      if (!this.#current?.open) {
        if (this.#current) this.#drop(this.#current, message('no-master.lost'));
        await this.#find();
      }
      await sleep(ASK_EVERY_MS);
    }
  }

  async #find(): Promise<void> {
    const { fixed } = this.#options;
    if (!fixed) return this.#ask();
    try {
      this.#current = await this.#connect(redisEndpoint(fixed));
    } catch (error) {
      if (!(error instanceof MasterUnusable)) throw error;
      this.#why = error.why;
    }
  }

  async #ask(): Promise<void> {
    for (const [index, sentinel] of this.#sentinels.entries()) {
      if (this.#stopping) return;
      if (this.#cutOff.has(sentinel.name)) {
        await sleep(SENTINEL_WITHIN_MS);
        continue;
      }
      try {
        const { masterName } = this.#lab.sentinel;
        const endpoint = await askMaster(sentinelEndpoint(sentinel), masterName, {
          timeoutMs: SENTINEL_WITHIN_MS,
        });
        if (!endpoint) continue;
        // The one that answered is asked first the next time.
        this.#sentinels.splice(index, 1);
        this.#sentinels.unshift(sentinel);
        this.#current = await this.#connect(endpoint);
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
    if (this.#cutOff.has(node)) {
      await sleep(ANSWER_WITHIN_MS);
      throw new MasterUnusable(message('no-master.cut-off', { node }));
    }
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
