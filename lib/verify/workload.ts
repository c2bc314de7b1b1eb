/** Clients that append to one list, and others that read it: what each did, and saw, is a history for the oracle. */
import { repeat } from '../clock.js';
import type { NodeModel } from '../model/model.js';
import { type History, type Operation, Snapshots } from '../oracle/history.js';
import type { Reply } from '../redis-view/connection.js';
import type { ScenarioContext } from './context.js';
import { type Attempt, MasterConnection } from './master-connection.js';
import { WRITE_EVERY_MS } from './writer.js';

export interface WorkloadOptions {
  /** How many clients append where the Sentinels lead them. Default 3. */
  readonly clients?: number;
  /** How many clients read there. Default 1. */
  readonly readers?: number;
  /** For each of these servers, one more client of either kind stays with it, whomever the Sentinels name. Default: none. */
  readonly fixed?: readonly NodeModel[];
  /** Between the starts of two appends of a client, milliseconds, if the first is answered by then. Default 10. */
  readonly appendEveryMs?: number;
  /** The same between two reads. Default 100. */
  readonly readEveryMs?: number;
  /** Whether clients wait, after each append, until so many replicas have it, or for that time. Default: they don't. */
  readonly wait?: { readonly replicas: number; readonly withinMs: number };
}

/** Does not begin before {@link start}. Which keys, must have been chosen; whoever chose them removes them. */
export class Workload {
  readonly #context: Pick<ScenarioContext, 'lab' | 'keys'>;
  readonly #options: WorkloadOptions;
  /** Those that are over, in the order in which they ended. */
  readonly operations: readonly Operation[];
  readonly #operations: Operation[] = [];
  readonly #snapshots = new Snapshots();
  readonly #masters: MasterConnection[] = [];
  readonly #following: MasterConnection[] = [];
  #stopping = false;
  #done: Promise<unknown> | undefined;

  constructor(context: Pick<ScenarioContext, 'lab' | 'keys'>, options: WorkloadOptions = {}) {
    this.#context = context;
    this.#options = options;
    this.operations = this.#operations;
  }

  start(): void {
    const { clients = 3, readers = 1, fixed = [] } = this.#options;
    const { appendEveryMs = WRITE_EVERY_MS, readEveryMs = 100 } = this.#options;
    const following = (count: number) => Array.from({ length: count }, () => undefined);
    const append = [...following(clients), ...fixed].map((node, i) => {
      const [client, master] = [`c${i + 1}`, this.#connect(node)];
      let number = 0;
      return this.#repeat(appendEveryMs, () => this.#append(client, master, ++number));
    });
    const read = [...following(readers), ...fixed].map((node, i) => {
      const [client, master] = [`r${i + 1}`, this.#connect(node)];
      return this.#repeat(readEveryMs, () => this.#read(client, master));
    });
    this.#done = Promise.all([...append, ...read]);
    // What goes wrong in them is told by `stop`.
    this.#done.catch(() => undefined);
  }

  /** @see MasterConnection.cutOff; those that stay with a server are where it is. */
  cutOff(nodes: readonly string[]): void {
    for (const each of this.#following) each.cutOff(nodes);
  }

  /** Ends after the operations that are under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    try {
      await this.#done;
    } finally {
      await Promise.all(this.#masters.map((each) => each.stop()));
    }
  }

  /**
   * What was done and seen until it was stopped, and the list that the master has by now.
   * @throws NoAnswer, Refusal
   */
  async history(master: NodeModel): Promise<History> {
    const { keys } = this.#context;
    const end = await keys.ask(master, ['LRANGE', keys.list, 0, -1]);
    return { operations: this.#operations, final: { [keys.list]: texts(end) } };
  }

  #connect(fixed: NodeModel | undefined): MasterConnection {
    const { lab, keys } = this.#context;
    const { database } = keys;
    const master = new MasterConnection(lab, fixed ? { database, fixed } : { database });
    this.#masters.push(master);
    if (!fixed) this.#following.push(master);
    master.start();
    return master;
  }

  #repeat(everyMs: number, act: () => Promise<void>): Promise<void> {
    return repeat(everyMs, () => this.#stopping, act);
  }

  async #append(client: string, master: MasterConnection, number: number): Promise<void> {
    const key = this.#context.keys.list;
    const value = `${client}:${number}`;
    const met = await master.attempt('RPUSH', key, value);
    this.#operations.push({ kind: 'append', key, value, ...asked(client, met) });
    const { wait } = this.#options;
    if (!wait || met.outcome !== 'acknowledged') return;
    // Over the same connection: nothing else has run since the answer.
    const counted = await master.attempt('WAIT', wait.replicas, wait.withinMs);
    const replicas = Number(counted.reply ?? 0);
    this.#operations.push({ kind: 'wait', replicas, ...asked(client, counted) });
  }

  async #read(client: string, master: MasterConnection): Promise<void> {
    const key = this.#context.keys.list;
    const met = await master.attempt('LRANGE', key, 0, -1);
    const known = { kind: 'read', key, ...asked(client, met) } as const;
    const isAnswered = met.outcome === 'acknowledged';
    const list = isAnswered ? { list: this.#snapshots.take(texts(met.reply)) } : {};
    this.#operations.push({ ...known, ...list });
  }
}

function asked(client: string, { at, settledAt, outcome, node }: Attempt) {
  const answer = outcome === 'unknown' ? {} : { answeredAt: settledAt };
  return { client, invokedAt: at, outcome, ...answer, ...(node === undefined ? {} : { node }) };
}

function texts(reply: Reply | undefined): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
