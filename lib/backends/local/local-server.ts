import type { RunningServer } from '../backend.js';

/** The server program of this machine, and its client. */
export interface LocalServer extends RunningServer {
  /** The name it is called by, which makes it the server: `redis-server`. */
  readonly argv0: string;
  /** Absolute path of redis-cli or valkey-cli. */
  readonly cli: string;
}
