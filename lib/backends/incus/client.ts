/** The client program of Incus or LXD; commands and keys are the same in both. */
import type { CommandResult, Invocation } from '../../command/call.js';
import { findProgram, searchPath } from '../../command/programs.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { CallOptions } from '../machine/shell.js';
import { failed } from './failure.js';
import { KINDS, type Kind } from './kind.js';
import type { IncusPlace } from './place.js';

interface QueryOptions extends CallOptions {
  /** For what belongs to no project: with a project it would be hidden. Default false. */
  readonly ofServer?: boolean;
}

const DEADLINE_MS = 60_000;

/** Otherwise its messages are translated, and some are parsed here. */
const ENVIRONMENT = { LC_ALL: 'C.UTF-8', LANGUAGE: 'C' };

/** The client for one project of one remote. */
export class Client {
  readonly kind: Kind;
  readonly remote: string;
  readonly project: string;
  readonly #program: string;

  constructor(kind: Kind, program: string, { remote, project }: IncusPlace) {
    this.kind = kind;
    this.#program = program;
    this.remote = remote;
    this.project = project;
  }

  /** The same client, for another project. */
  of(project: string): Client {
    return new Client(this.kind, this.#program, { remote: this.remote, project });
  }

  /** `local:redis-lab-master` */
  at(name: string): string {
    return `${this.remote}:${name}`;
  }

  invocation(...words: readonly string[]): Invocation {
    const [command = '', ...rest] = words;
    return {
      program: this.#program,
      args: [command, '--project', this.project, ...rest],
      env: ENVIRONMENT,
    };
  }

  /** Runs it to its end, whatever its exit code. */
  async attempt(words: readonly string[], options: CallOptions = {}): Promise<CommandResult> {
    return runDetached(this.invocation(...words), options);
  }

  /**
   * Runs it, and gives its standard output.
   * @throws RedisLabError when it fails, with its error, and what to do where that is known
   */
  async call(words: readonly string[], options: CallOptions = {}): Promise<string> {
    const ran = await this.attempt(words, options);
    if (ran.code !== 0) throw this.failure(ran);
    return ran.stdout;
  }

  /**
   * {@link call} for what belongs to no project, such as a project itself.
   * @throws RedisLabError when it fails
   */
  async ofServer(words: readonly string[], options: CallOptions = {}): Promise<string> {
    const call = { program: this.#program, args: words, env: ENVIRONMENT };
    const ran = await runDetached(call, options);
    if (ran.code !== 0) throw this.failure(ran);
    return ran.stdout;
  }

  /** A resource of the server's API: `/1.0/networks`; undefined if there is no such thing. */
  async query<T>(path: string, options: QueryOptions = {}): Promise<T | undefined> {
    const { ofServer = false, ...rest } = options;
    const mark = path.includes('?') ? '&' : '?';
    // `query` has no option --project.
    const project = ofServer ? '' : `${mark}project=${encodeURIComponent(this.project)}`;
    const args = ['query', `${this.remote}:${path}${project}`];
    const ran = await runDetached({ program: this.#program, args, env: ENVIRONMENT }, rest);
    // It prints nothing for an empty answer.
    if (ran.code === 0) return ran.stdout.trim() === '' ? undefined : parsed<T>(ran);
    if (/not found/i.test(ran.stderr)) return undefined;
    throw this.failure(ran);
  }

  failure(ran: CommandResult): RedisLabError {
    return failed(this.kind, this.remote, ran);
  }
}

/** We handle Ctrl-C ourselves, and clean up. */
function runDetached(call: Invocation, options: CallOptions): Promise<CommandResult> {
  const { deadlineMs = DEADLINE_MS, ...rest } = options;
  return run(call, { deadlineMs, detached: true, ...rest });
}

function parsed<T>(ran: CommandResult): T {
  try {
    return JSON.parse(ran.stdout) as T;
  } catch (cause) {
    throw new RedisLabError(`${ran.command} gave no JSON: ${ran.stdout.slice(0, 200)}`, {
      exitCode: EXIT.program,
      cause,
    });
  }
}

/** The clients on this machine, the preferred one first. */
export function clientsHere(
  incus: IncusPlace,
  folders: readonly string[] = searchPath(),
): Client[] {
  return KINDS.flatMap((kind) => {
    const program = findProgram(kind, folders);
    return program === undefined ? [] : [new Client(kind, program, incus)];
  });
}
