/**
 * Where a verification writes. No key of a user is touched: the course's `demokey` is set in a database that has none,
 * and the other keys, in the same database, have names that are drawn at random.
 */
import { randomBytes } from 'node:crypto';
import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel, NodeModel } from '../model/model.js';
import {
  Connection,
  type ConnectionOptions,
  Refusal,
  type Reply,
  withConnection,
} from '../redis-view/connection.js';
import { type Endpoint, redisEndpoint, redisNodes } from '../redis-view/endpoints.js';

export const DEMOKEY = 'demokey';

/** Claims are about what a server does, not about how busy the machine is. Milliseconds. */
const PATIENCE = { timeoutMs: 5000 };

const GONE_MS = 10_000;
const GONE_LOOK_MS = 100;

export class OwnKeys {
  /** The books of the client, a hash. */
  readonly ledger: string;
  /** The books of a client that stays with one server, a hash. */
  readonly fixed: string;
  /** What the clients of a workload append to, a list. */
  readonly list: string;
  /** What is written to learn whether a node takes writes. */
  readonly probe: string;
  /** What a replica must refuse. */
  readonly forbidden: string;
  readonly #prefix = `redis-lab:verify:${randomBytes(16).toString('hex')}`;
  readonly #ofLibraries = new Set<string>();
  #database: number | undefined;

  constructor() {
    const prefix = this.#prefix;
    this.ledger = `${prefix}:ledger`;
    this.fixed = `${prefix}:fixed`;
    this.list = `${prefix}:list`;
    this.probe = `${prefix}:probe`;
    this.forbidden = `${prefix}:forbidden`;
  }

  /** What the client of a library appends to, a list; they are numbered from 0. */
  ofLibrary(number: number): string {
    const key = `${this.#prefix}:library:${number}`;
    this.#ofLibraries.add(key);
    return key;
  }

  /** The database that all of them are in. */
  get database(): number {
    if (this.#database === undefined) throw new Error('no database was chosen yet');
    return this.#database;
  }

  /**
   * Chooses the last database in which the master has no `demokey`: the first ones are what people work in.
   * @throws RedisLabError (3) where every database has one
   */
  async choose(master: NodeModel): Promise<void> {
    this.#database = await withConnection(
      redisEndpoint(master),
      (connection) => freeDatabase(connection, master),
      PATIENCE,
    );
  }

  /** A connection on which these keys are asked for. */
  async open(node: NodeModel, options: ConnectionOptions = PATIENCE): Promise<Connection> {
    return openIn(this.database, redisEndpoint(node), options);
  }

  async ask(
    node: NodeModel,
    [command, ...args]: readonly [string, ...(string | number)[]],
    options: ConnectionOptions = PATIENCE,
  ): Promise<Reply> {
    const connection = await this.open(node, options);
    try {
      return await connection.ask(command, ...args);
    } finally {
      connection.close();
    }
  }

  /**
   * Removes them wherever there is a master, until none of the servers that answer has any: a replica follows in that
   * only once its link is up again, and may be promoted before. Gives whether they are gone, after ten seconds at most.
   */
  async remove(lab: LabModel): Promise<boolean> {
    if (this.#database === undefined) return true;
    const nodes = redisNodes(lab);
    const until = now() + GONE_MS;
    for (;;) {
      const seen = await Promise.all(nodes.map(async (node) => this.#removeFrom(node)));
      if (!seen.includes('there')) return seen.includes('removed');
      if (now() >= until) return false;
      await sleep(GONE_LOOK_MS);
    }
  }

  async #removeFrom(node: NodeModel): Promise<'removed' | 'none' | 'there' | 'silent'> {
    const { ledger, fixed, list, probe, forbidden } = this;
    const own = [DEMOKEY, ledger, fixed, list, probe, forbidden, ...this.#ofLibraries];
    const ask = (...question: [string, ...string[]]) => this.ask(node, question, {});
    try {
      if (isMaster(await ask('ROLE'))) {
        await ask('DEL', ...own);
        return 'removed';
      }
      return (await ask('EXISTS', ...own)) === 0 ? 'none' : 'there';
    } catch {
      return 'silent';
    }
  }
}

/** A connection whose commands are about one database. */
export async function openIn(
  database: number,
  endpoint: Endpoint,
  options: ConnectionOptions = {},
): Promise<Connection> {
  const connection = await Connection.open(endpoint, options);
  try {
    await connection.ask('SELECT', database);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Whether an answer to ROLE is a master's. */
export function isMaster(role: Reply): boolean {
  return Array.isArray(role) && role[0] === 'master';
}

/** The last one in which nobody has the key. */
async function freeDatabase(connection: Connection, { name }: NodeModel): Promise<number> {
  const count = await databases(connection);
  for (let database = count - 1; database >= 0; database--) {
    await connection.ask('SELECT', database);
    if ((await connection.ask('EXISTS', DEMOKEY)) === 0) return database;
  }
  throw new RedisLabError(
    `Each of the ${count} databases of ${name} has a ${DEMOKEY} already, and verify overwrites nobody's: delete it in one of them, such as database ${count - 1}.`,
    { exitCode: EXIT.notReady, code: 'keys.no-database' },
  );
}

const USUAL_COUNT = 16;

async function databases(connection: Connection): Promise<number> {
  try {
    const reply = await connection.ask('CONFIG', 'GET', 'databases');
    const count = Number(Array.isArray(reply) ? reply[1] : undefined);
    return Number.isInteger(count) && count > 0 ? count : USUAL_COUNT;
  } catch (error) {
    if (error instanceof Refusal) return USUAL_COUNT;
    throw error;
  }
}
