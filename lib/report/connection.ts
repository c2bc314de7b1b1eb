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
  /** Absolute path of the file that holds the password, which its owner alone can read; null: none is wanted. */
  readonly passwordFile: string | null;
  /**
   * The password, for Redis servers and Sentinels alike; undefined: none is wanted. It is not enumerable: it is
   * neither in `JSON.stringify` nor in what `console.log` shows, and not in a copy by `{...connection}`.
   */
  readonly password: string | undefined;
}
