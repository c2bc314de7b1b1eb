/** One connection to one server. */
import type { Secret } from '../model/secret.js';
import type { Redis } from './client.js';
import { type Endpoint, endpointText } from './endpoints.js';
import { transportOptions } from './transport.js';

/** An answer in RESP2. */
export type Reply = string | number | null | readonly Reply[];

/** The server answered with an error. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** First word of the error: `READONLY`. */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** No answer: no connection, one that broke, or one that took too long. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Whether the command was sent, and so may have taken effect. */
  readonly sent: boolean;
  /** The server's answer to AUTH: `WRONGPASS …`; undefined if it gave none. */
  readonly refusal: string | undefined;
  /** Whether the connection ended before the answer came; a Sentinel that makes a server a replica ends those of its clients. */
  readonly cut: boolean;

  constructor(message: string, sent: boolean, refusal?: string, cut = false) {
    super(message);
    this.sent = sent;
    this.refusal = refusal;
    this.cut = cut;
  }
}

/** The server had its time, and did not answer in it. */
class TooLate extends Error {}

/** Another program listens at the server's address. It was sent nothing. */
export class Impostor extends NoAnswer {}

export interface ConnectionOptions {
  /**
   * Milliseconds to connect in, and then for each answer. Default 1000. The time until a program that connects for us runs is
   * not counted.
   */
  readonly timeoutMs?: number;
}

export class Connection {
  readonly endpoint: Endpoint;
  readonly #client: Redis;
  readonly #closed: Promise<string>;
  readonly #timeoutMs: number;
  #why: string | undefined;
  #over = false;

  private constructor(endpoint: Endpoint, client: Redis, timeoutMs: number) {
    this.endpoint = endpoint;
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#closed = new Promise((resolve) => {
      client.on('error', (error: Error) => {
        this.#why ??= error.message;
      });
      client.once('end', () => {
        this.#why ??= 'the server closed the connection';
        resolve(this.#why);
      });
    });
  }

  /**
   * Connects, and sends the endpoint's password, if it has one, to the lab's own server only.
   * @throws NoAnswer
   */
  static async open(endpoint: Endpoint, options: ConnectionOptions = {}): Promise<Connection> {
    const { host, port, auth } = endpoint;
    for (let known = auth?.guard.known(host, port); ; ) {
      const connection = await Connection.#connect(endpoint, options);
      if (!auth) return connection;
      const own = await auth.guard.check(host, port);
      // If the same server was proven to listen before and after we connected, it is the one that we are connected to.
      if (own !== undefined && own === known) return connection.#enter(auth);
      connection.close();
      if (own === undefined) {
        const text = `another program listens at ${endpointText(endpoint)}, or the server has just ended`;
        throw new Impostor(text, false);
      }
      known = own;
    }
  }

  static async #connect(
    endpoint: Endpoint,
    { timeoutMs = 1000 }: ConnectionOptions = {},
  ): Promise<Connection> {
    // Every command is sent once: a command to crash that is sent again after a reconnection would end the next server, too.
    const { Redis } = await import('./client.js');
    const reach = await transportOptions(endpoint, timeoutMs).catch((error: Error) => {
      throw new NoAnswer(error.message, false);
    });
    const client = new Redis({
      host: endpoint.host,
      port: endpoint.port,
      ...reach,
      protocol: 2,
      lazyConnect: true,
      // Ours, which looks whether the connection came about while this process was held up.
      connectTimeout: 0,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      disableClientInfo: true,
      // A server that hangs does not close its end.
      disconnectTimeout: 100,
    });
    const connection = new Connection(endpoint, client, timeoutMs);
    try {
      await connection.#inTime(client.connect(), `no connection within ${timeoutMs} ms`);
    } catch (error) {
      client.disconnect();
      throw new NoAnswer(connection.#why ?? (error as Error).message, false);
    }
    return connection;
  }

  async #enter(auth: Secret): Promise<Connection> {
    try {
      await this.#inTime(
        this.#client.call('AUTH', ...(auth.user ? [auth.user] : []), auth.reveal()),
      );
      return this;
    } catch (error) {
      this.close();
      const why = this.#why ?? (error as Error).message;
      const refused = (error as Error).name === 'ReplyError' ? why : undefined;
      const isWrong = /^(?:WRONGPASS|ERR AUTH)\b/.test(why);
      throw new NoAnswer(isWrong ? `the lab's password is not taken: ${why}` : why, false, refused);
    }
  }

  /** Whether commands can still be sent. */
  get open(): boolean {
    return !this.#over && ['ready', 'connect'].includes(this.#client.status);
  }

  /** Resolves with the reason when the connection is closed. */
  get closed(): Promise<string> {
    return this.#closed;
  }

  /**
   * Sends a command and gives its answer.
   * @throws Refusal when the server answers with an error
   * @throws NoAnswer when it does not answer; the connection is closed then, so that a late answer is not taken for that of the
   * next command
   */
  async ask(command: string, ...args: readonly (string | number)[]): Promise<Reply> {
    if (!this.open) throw new NoAnswer(this.#why ?? 'not connected', false);
    try {
      return (await this.#inTime(this.#client.call(command, ...args))) as Reply;
    } catch (error) {
      if ((error as Error).name === 'ReplyError') throw new Refusal((error as Error).message);
      this.#why ??= (error as Error).message;
      this.close();
      throw new NoAnswer(this.#why, true, undefined, !(error instanceof TooLate));
    }
  }

  /** Subscribes to every channel. No other command can be sent from then on. */
  async listen(onMessage: (channel: string, text: string) => void): Promise<void> {
    this.#client.on('pmessage', (_pattern: string, channel: string, text: string) =>
      onMessage(channel, text),
    );
    try {
      await this.#inTime(this.#client.psubscribe('*'));
    } catch (error) {
      this.close();
      throw new NoAnswer((error as Error).message, true);
    }
  }

  /**
   * The answer, or an error when the time is up. If this process was held up, its timers fire before it reads: an answer that
   * has arrived by then still counts.
   */
  async #inTime<T>(
    answer: Promise<T>,
    tooLate = `no answer within ${this.#timeoutMs} ms`,
  ): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const say = () => reject(new TooLate(tooLate));
      timer = setTimeout(() => setImmediate(say), this.#timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    // ioredis's own status changes a moment later.
    this.#over = true;
    this.#client.disconnect();
  }
}

/** Opens a connection, uses it and closes it, however that went. */
export async function withConnection<T>(
  endpoint: Endpoint,
  use: (connection: Connection) => Promise<T>,
  options: ConnectionOptions = {},
): Promise<T> {
  const connection = await Connection.open(endpoint, options);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

/** Opens a connection for one question. */
export async function askOnce(
  endpoint: Endpoint,
  [name, ...args]: readonly [string, ...(string | number)[]],
  options: ConnectionOptions = {},
): Promise<Reply> {
  return withConnection(endpoint, (connection) => connection.ask(name, ...args), options);
}
