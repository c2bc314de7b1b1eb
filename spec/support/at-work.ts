/** A running command: wait for its output, signal it, and look for its processes once it has ended. */
import fs from 'node:fs';
import type { Outcome } from './cli.js';
import type { User } from './ground.js';

/** How long to wait for an output, milliseconds. */
const SAYS_MS = 180_000;

/** How long to wait for its end, milliseconds. */
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

  /** Waits until its output matches. */
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

  /** Waits until it has ended. If it does not, it is killed, and that is an error. */
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

/** Looks every 20 ms, for at most `ms` milliseconds. */
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

/** Processes with this user's environment: its commands, and everything that they started. */
export function processesOf(user: User): string[] {
  const mark = `XDG_STATE_HOME=${user.env['XDG_STATE_HOME']}\0`;
  return fs.readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!`${fs.readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`.includes(mark)) return [];
      return [fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      // It has just ended.
      return [];
    }
  });
}
