/** One look at every server of a lab. */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { Connection, Impostor, NoAnswer, Refusal } from '../redis-view/connection.js';
import {
  type Endpoint,
  endpointText,
  redisEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import { type RedisView, redisView } from '../redis-view/redis-view.js';
import { type SentinelView, sentinelView } from '../redis-view/sentinel-view.js';

/** What a server said, or why it said nothing: it may have refused, in words of its own. */
export type Observed<T> =
  | { readonly view: T }
  | {
      readonly silent: string;
      readonly refusal?: string | undefined;
      /** Somebody else listens there. */
      readonly impostor?: boolean;
    };

export interface NodeObservation {
  readonly node: NodeModel;
  /** Undefined on a node without a Redis server. */
  readonly redis: Observed<RedisView> | undefined;
  /** Undefined on a node without a Sentinel. */
  readonly sentinel: Observed<SentinelView> | undefined;
}

export interface Observation {
  readonly nodes: readonly NodeObservation[];
  /**
   * Instances of which a Sentinel has had an answer to a PING at some look, `SENTINEL-NODE host:port`. A look
   * between a ping and its answer says nothing, so that one good look is enough.
   */
  readonly answered: ReadonlySet<string>;
}

interface ObserverOptions {
  /** For a connection, and for each answer; milliseconds. Default 1000. */
  readonly timeoutMs?: number;
}

/** Looks again and again over the same connections. Close it. */
export class Observer {
  readonly #lab: LabModel;
  readonly #timeoutMs: number;
  readonly #connections = new Map<string, Connection>();
  readonly #answered = new Set<string>();
  #over = false;

  constructor(lab: LabModel, { timeoutMs = 1000 }: ObserverOptions = {}) {
    this.#lab = lab;
    this.#timeoutMs = timeoutMs;
  }

  /** @param lab As it runs now: after a restart it may have another password. Default: the one given at the beginning. */
  async look(lab = this.#lab): Promise<Observation> {
    const nodes = await Promise.all(
      lab.nodes.map(async (node): Promise<NodeObservation> => {
        const [redis, sentinel] = await Promise.all([
          node.runsRedis ? this.#see(redisEndpoint(node), redisView) : undefined,
          node.runsSentinel
            ? this.#see(
                sentinelEndpoint(node),
                (connection) => sentinelView(connection, lab.sentinel.masterName),
                () => this.#forget(node.name),
              )
            : undefined,
        ]);
        return { node, redis, sentinel };
      }),
    );
    for (const { node, sentinel } of nodes) {
      if (!sentinel || !('view' in sentinel)) continue;
      const { master, replicas, sentinels } = sentinel.view;
      for (const each of [master, ...replicas, ...sentinels]) {
        if (each.answered) this.#answered.add(`${node.name} ${endpointText(each.endpoint)}`);
      }
    }
    return { nodes, answered: this.#answered };
  }

  close(): void {
    this.#over = true;
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  /** A Sentinel that comes anew has had no answers yet. */
  #forget(node: string): void {
    for (const each of this.#answered) {
      if (each.startsWith(`${node} `)) this.#answered.delete(each);
    }
  }

  /** Replaces the connection kept before, which is closed: a question on it fails as on a broken one. */
  #keep(key: string, connection: Connection): void {
    this.#connections.get(key)?.close();
    if (this.#over) connection.close();
    else this.#connections.set(key, connection);
  }

  async #see<T>(
    endpoint: Endpoint,
    view: (connection: Connection) => Promise<T>,
    onOpen: () => void = () => undefined,
  ): Promise<Observed<T>> {
    const key = endpointText(endpoint);
    const kept = this.#connections.get(key);
    const since = now();
    try {
      if (kept?.open) return { view: await view(kept) };
    } catch (error) {
      // It answered, and said no: the connection is as good as before.
      if (error instanceof Refusal) return silence(error);
      // A server ends connections when it changes its role: try a new one. One that was silent all this time is silent now.
      if (now() - since >= this.#timeoutMs) return silence(error);
    }
    try {
      const connection = await Connection.open(endpoint, { timeoutMs: this.#timeoutMs });
      this.#keep(key, connection);
      onOpen();
      return { view: await view(connection) };
    } catch (error) {
      return silence(error);
    }
  }
}

function silence(error: unknown): Observed<never> {
  const { message: silent } = error as Error;
  if (error instanceof Refusal) return { silent, refusal: silent };
  if (error instanceof Impostor) return { silent, impostor: true };
  return { silent, refusal: error instanceof NoAnswer ? error.refusal : undefined };
}
