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
  /** Whose it is; undefined: that of the server's default user. */
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

  /** Asked before the password is given to whatever listens at an address. */
  get guard(): Guard {
    return this.#guard;
  }

  /** Not the password, wherever it gets into a text. */
  toString(): string {
    return HIDDEN;
  }

  /** Left out of JSON. */
  toJSON(): undefined {
    return undefined;
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

const HIDDEN = '(a password)';
