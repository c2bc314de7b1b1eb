/** How a server is reached if its address is not enough. Like a password, this is in no file and no result. */

/**
 * Opens a byte stream to a server that this machine cannot connect to by itself. The object is a Duplex; the type does not say
 * so, because then the declarations would need Node's. Rejects if it cannot be opened.
 * @param withinMs milliseconds to connect in, counted once the program that connects runs
 */
export type Via = (host: string, port: number, withinMs: number) => Promise<object>;

/** TLS: absolute paths of PEM files. */
export interface Tls {
  /** Certificates of the authorities that may sign the server's certificate. */
  readonly ca: string;
  /** Client certificate and its key, if the server asks for one. */
  readonly cert?: string;
  readonly key?: string;
}
