/** How a server is reached where it takes more than its address; like a password, it is in no file and no result. */

/**
 * Opens a stream of bytes to a server that this machine cannot connect to by itself: a Duplex, by whose name our types
 * would ask for those of Node. Rejects with why there is none.
 * @param withinMs how long connecting may take once there is a way to the server at all, milliseconds
 */
export type Via = (host: string, port: number, withinMs: number) => Promise<object>;

/** How a server proves who it is, and whoever connects to it; absolute paths of files in PEM. */
export interface Tls {
  /** Certificates of those who may vouch for the server. */
  readonly ca: string;
  /** What shows who connects, where the server asks for it; and its key. */
  readonly cert?: string;
  readonly key?: string;
}
