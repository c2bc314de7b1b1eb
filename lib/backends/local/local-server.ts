import type { RunningServer } from '../backend.js';

/** The server program of this machine, and its client. */
export interface LocalServer extends RunningServer {
  /** The name that it must be called by to be a server: `redis-server`. */
  readonly argv0: string;
  /** Absolute path of redis-cli or valkey-cli. */
  readonly cli: string;
}
