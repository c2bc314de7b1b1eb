/** A command while it is at work: waited for by what it says, signalled, and looked for once it has ended. */
import fs from 'node:fs';
import type { Outcome } from './cli.js';
import type { User } from './ground.js';

/** How long a command has to say something, milliseconds. */
const SAYS_MS = 180_000;

/** How long it has to end once it was told to, or has nothing more to wait for, milliseconds. */
const ENDS_MS = 180_000;

export class AtWork {
  readonly #child: ReturnType<User['start']>;
  #said = '';
  #ended = false;

  constructor(user: User, ...args: string[]) {
    this.#child = user.start(...args);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#said += data.toString();
      });
    }
    const end = () => {
      this.#ended = true;
    };
    this.#child.then(end, end);
  }

  /** Waits until it has said this. */
  async says(what: RegExp): Promise<void> {
    await until(() => {
      if (what.test(this.#said)) return true;
      if (this.#ended) throw new Error(`it ended and never said ${what}: ${this.#said}`);
      return false;
    }, SAYS_MS).catch((error: unknown) => {
      throw new Error(`${error}, waiting for ${what}: ${this.#said}`);
    });
  }

  send(signal: NodeJS.Signals): void {
    if (!this.#child.kill(signal)) throw new Error(`it has ended before ${signal}: ${this.#said}`);
  }

  /** Waits until it has ended by itself; it is ended, and that is an error, where it does not. */
  async ends(withinMs = ENDS_MS): Promise<Outcome> {
    try {
      await until(() => this.#ended, withinMs);
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw new Error(`it does not end: ${error}: ${this.#said}`);
    }
    const { exitCode, stdout, stderr } = await this.#child;
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  }
}

/** Looks every 20 ms; at most so many milliseconds. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  ms = SAYS_MS,
  what = 'it',
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what} is not so after ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What runs with this user's environment: the commands, and all that they started. */
export function processesOf(user: User): string[] {
  const mark = `XDG_STATE_HOME=${user.env['XDG_STATE_HOME']}\0`;
  return fs.readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!`${fs.readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`.includes(mark)) return [];
      return [fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}
