/** Proves that the listener at an address is the lab's own server, so that nobody else gets the password. */
export interface Guard {
  /** The server that was last proven to listen there; undefined: none yet. */
  known(host: string, port: number): string | undefined;
  /** The server that listens there now; undefined if it is not proven to be the lab's own. */
  check(host: string, port: number): Promise<string | undefined>;
}

/**
 * The password of a lab. Only {@link reveal} shows it: where it gets into a text or JSON by mistake, it is hidden.
 */
export class Secret {
  /** Absolute path of the file that holds it. */
  readonly file: string;
  /** User of the server that it belongs to; undefined: the default user. */
  readonly user: string | undefined;
  readonly #text: string;
  readonly #guard: Guard;

  constructor(text: string, file: string, guard: Guard, user?: string) {
    this.#text = text;
    this.file = file;
    this.#guard = guard;
    this.user = user;
  }

  /** The password itself. */
  reveal(): string {
    return this.#text;
  }

  /** Asked before the password is sent to an address. */
  get guard(): Guard {
    return this.#guard;
  }

  /** A placeholder. */
  toString(): string {
    return HIDDEN;
  }

  /** Undefined, so that JSON leaves it out. */
  toJSON(): undefined {
    return undefined;
  }

  /** A placeholder, for `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

const HIDDEN = '(a password)';
