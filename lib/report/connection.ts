/** What a client needs to know to get into a running lab: plain data. */

/** Where a server of a node listens. */
export interface LabEndpoint {
  readonly node: string;
  readonly host: string;
  readonly port: number;
}

/** What a client needs to get into a running lab. */
export interface LabConnection {
  /** Whether a client on this machine reaches these addresses; otherwise one on a node does (`running.invocation()`). */
  readonly direct: boolean;
  /** The name by which the Sentinels know the master. */
  readonly masterName: string;
  readonly sentinels: readonly LabEndpoint[];
  /** The Redis servers; `role` as each said of itself when it was asked, null where it did not answer. */
  readonly servers: readonly (LabEndpoint & { readonly role: 'master' | 'replica' | null })[];
  /** The lab's own clients, on which a command reaches all of these (`running.exec()`); absent where it has none. */
  readonly clients?: readonly string[];
  /** Absolute path of the file that holds the password, which its owner alone can read; null: none is wanted. */
  readonly passwordFile: string | null;
  /**
   * The password, for Redis servers and Sentinels alike; undefined: none is wanted. It is not enumerable: it is
   * neither in `JSON.stringify` nor in what `console.log` shows, and not in a copy by `{...connection}`.
   */
  readonly password: string | undefined;
}

/**
 * Options of a client that follows a failover: `new Redis(options)` of ioredis takes them as they are, and so does
 * `createSentinel(options)` of node-redis. `console.log` and `JSON.stringify` do not show the passwords.
 */
export interface SentinelClientOptions {
  /** The name by which the Sentinels know the master. */
  name: string;
  /** ioredis: where the Sentinels listen. */
  sentinels: { host: string; port: number }[];
  /** ioredis: of the Redis servers, and of the Sentinels; absent: none is wanted. */
  password?: string;
  sentinelPassword?: string;
  /** node-redis: where the Sentinels listen. */
  sentinelRootNodes: { host: string; port: number }[];
  /** node-redis: how often it looks who is master, milliseconds. What it documents as its default; without it, it never looks. */
  scanInterval: number;
  /** node-redis: how the Redis servers are entered. */
  nodeClientOptions: { password?: string };
  /** node-redis: how the Sentinels are entered. */
  sentinelClientOptions: { password?: string };
}
