/** Asks servers directly, again and again, whether they are masters that take a write. */
import { now, repeat } from '../clock.js';
import type { NodeModel } from '../model/model.js';
import { type Connection, Refusal } from '../redis-view/connection.js';
import { isMaster, type OwnKeys } from './own-keys.js';

/** Default time between two questions to one server, milliseconds. */
const PROBE_EVERY_MS = 10;
/** Without an answer for this long, a server is asked again over a new connection. Milliseconds. */
const ANSWER_WITHIN_MS = 500;

export interface Accepted {
  readonly node: NodeModel;
  /** Moment of `now()` at which the answer was there. */
  readonly at: number;
}

/**
 * Probes until one of the nodes is a master that takes a write. Stop it. The figure is uncertain by the time between two
 * questions.
 */
export class Probe {
  accepted: Accepted | undefined;
  /** Why the last write was refused by one that is no replica any more: `NOREPLICAS …`. */
  refused: string | undefined;
  readonly #keys: OwnKeys;
  readonly #everyMs: number;
  #stopping = false;
  readonly #done: Promise<unknown>;

  constructor(nodes: readonly NodeModel[], keys: OwnKeys, everyMs = PROBE_EVERY_MS) {
    this.#keys = keys;
    this.#everyMs = everyMs;
    this.#done = Promise.all(nodes.map((node) => this.#probe(node)));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #probe(node: NodeModel): Promise<void> {
    let connection: Connection | undefined;
    const isOver = () => this.#stopping || this.accepted !== undefined;
    await repeat(this.#everyMs, isOver, async () => {
      try {
        connection ??= await this.#keys.open(node, { timeoutMs: ANSWER_WITHIN_MS });
        // A replica may take writes as well (replica-read-only no), and keeps them to itself.
        if (isMaster(await connection.ask('ROLE'))) {
          await connection.ask('SET', this.#keys.probe, node.name);
          this.accepted ??= { node, at: now() };
        }
      } catch (error) {
        if (error instanceof Refusal && error.code !== 'READONLY') {
          this.refused = `${node.name}: ${error.message}`;
        }
        // A refusal keeps the connection, everything else ends it.
        if (!connection?.open) connection = undefined;
      }
    });
    connection?.close();
  }
}
