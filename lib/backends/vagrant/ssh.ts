/** Plain ssh to the machines, as root: `vagrant ssh` takes seconds for each command. */
import net from 'node:net';
import path from 'node:path';
import { isatty } from 'node:tty';
import type { CommandResult, Invocation } from '../../command/call.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { shellQuote } from '../../render/shell-quote.js';
import type { CallOptions, Shell } from '../machine/shell.js';

/** Seconds to connect in: a running machine answers within a few, even an emulated one. */
const CONNECT_SECONDS = 20;

/** Exit code of ssh itself, if it did not run the command. */
export const NO_CONNECTION = 255;

/** The longest path of a socket: the least limit of all systems, less what ssh appends while it makes one. */
const LONGEST = 104 - 18;

/** Names of nodes are rarely longer. If the path does not fit, connections are not shared. */
const LONGEST_NODE = 12;

interface SshOptions {
  /** Absolute path. */
  readonly program: string;
  /** Absolute path of the file with the output of `vagrant ssh-config`. */
  readonly config: string;
  /** Absolute path of the folder for sockets of shared connections. */
  readonly sockets: string;
}

/**
 * One shared connection to each machine for all commands of this process, except on Windows: connecting to an emulated machine
 * takes seconds. Disposing of it closes them.
 */
export class Ssh implements Shell, AsyncDisposable {
  readonly #program: string;
  readonly #config: string;
  readonly #socket: string | undefined;
  readonly #called = new Set<string>();

  constructor({ program, config, sockets }: SshOptions) {
    this.#program = program;
    this.#config = config;
    const socket = path.join(sockets, `s${process.pid}-%n`);
    const fits = socket.length - '%n'.length + LONGEST_NODE <= LONGEST;
    this.#socket = process.platform !== 'win32' && fits ? socket : undefined;
  }

  invocation(node: string, argv: readonly string[]): Invocation {
    return this.#call('-T', node, '--', remote(argv));
  }

  /** Whether something listens at the machine's ssh port; without ssh itself, whose handshake takes long. */
  async listens(node: string): Promise<boolean> {
    const ran = await run(
      { program: this.#program, args: ['-G', '-F', this.#config, node] },
      { deadlineMs: 10_000, detached: true },
    );
    const [, host] = /^hostname (\S+)$/m.exec(ran.stdout) ?? [];
    const [, port] = /^port (\d+)$/m.exec(ran.stdout) ?? [];
    return host !== undefined && (await connects(host, Number(port)));
  }

  /** The same for the user: with a terminal if there is one, and a connection of its own, which may outlive this process. */
  attached(node: string, argv: readonly string[]): Invocation {
    const terminal = isatty(0) && isatty(1) ? '-t' : '-T';
    const args = ['-F', this.#config, ...options(CONNECTION), terminal, node, '--'];
    return { program: this.#program, args: [...args, remote(argv)] };
  }

  async attempt(
    node: string,
    argv: readonly string[],
    callOptions: CallOptions = {},
  ): Promise<CommandResult> {
    const { deadlineMs = 60_000, ...rest } = callOptions;
    this.#called.add(node);
    return run(this.invocation(node, argv), { deadlineMs, detached: true, ...rest });
  }

  async call(node: string, argv: readonly string[], callOptions?: CallOptions): Promise<string> {
    const ran = await this.attempt(node, argv, callOptions);
    if (ran.code === 0) return ran.stdout;
    const said = visible(ran.stderr.trim().split('\n').at(-1) ?? '');
    throw new RedisLabError(
      ran.code === NO_CONNECTION
        ? `${node} does not answer by ssh${said && `: ${said}`}. Is it running? redis-lab status tells; redis-lab heal starts it.`
        : `${argv.join(' ')} failed on ${node} with ${ran.code}${said && `: ${said}`}`,
      { exitCode: EXIT.program, code: 'node.silent' },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket === undefined) return;
    await Promise.all(
      [...this.#called].map((node) =>
        run(this.#call('-O', 'exit', node), { deadlineMs: 10_000, detached: true }),
      ),
    );
  }

  #call(...words: readonly string[]): Invocation {
    const shared =
      this.#socket === undefined
        ? {}
        : {
            ControlMaster: 'auto',
            ControlPath: this.#socket,
            // If we are killed, the shared connection closes after 60 s.
            ControlPersist: '60',
          };
    return {
      program: this.#program,
      args: ['-F', this.#config, ...options({ ...CONNECTION, ...shared }), ...words],
    };
  }
}

const CONNECTION = {
  // Only why connecting failed.
  LogLevel: 'ERROR',
  BatchMode: 'yes',
  ConnectTimeout: String(CONNECT_SECONDS),
  ServerAliveInterval: '10',
  ServerAliveCountMax: '3',
};

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** ssh joins its words with blanks for a shell on the machine; quoted, they arrive unchanged. */
function remote(argv: readonly string[]): string {
  return ['sudo', '-n', '-H', '--', ...argv].map(shellQuote).join(' ');
}

/** How long connecting may take, milliseconds. */
const CONNECT_MS = 5000;

async function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: CONNECT_MS });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}
