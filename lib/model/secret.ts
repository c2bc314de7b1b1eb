/** Whether what listens somewhere is a server of the lab's own: a password is for nobody else. */
export interface Guard {
  /** The server that was proven to listen there when it was last looked at; undefined: none yet. */
  known(host: string, port: number): string | undefined;
  /** The server that listens there now, if that is proven to be the lab's own. */
  check(host: string, port: number): Promise<string | undefined>;
}

/**
 * The password of a lab. It is in no text, no JSON and no message that it gets into by mistake: only
 * {@link reveal} shows it.
 */
export class Secret {
  /** Absolute path of the file that holds it. */
  readonly file: string;
  readonly #text: string;
  readonly #guard: Guard;

  constructor(text: string, file: string, guard: Guard) {
    this.#text = text;
    this.file = file;
    this.#guard = guard;
  }

  reveal(): string {
    return this.#text;
  }

  get guard(): Guard {
    return this.#guard;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): undefined {
    return undefined;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

const HIDDEN = '(a password)';
