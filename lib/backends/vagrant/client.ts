/** The program `vagrant`, in the folder of one lab's Vagrantfile. */
import type { Invocation } from '../../command/call.js';
import { run } from '../../command/run.js';
import { EXIT, isLate, RedisLabError, visible } from '../../errors.js';
import type { Folder } from '../../workspace/folder.js';
import { failed } from './failure.js';
import type { Answer } from './messages.js';
import { type Message, messageIn, spokenIn } from './messages.js';
import { writePidfile } from './pidfile.js';
import type { Provider } from './state.js';

export interface CallOptions {
  /** Milliseconds. Default 120 000. */
  readonly deadlineMs?: number;
  readonly onMessage?: (message: Message) => void;
  readonly signal?: AbortSignal | undefined;
}

const DEADLINE_MS = 120_000;

/** After SIGINT it cleans up what it was making, which takes this long while a machine boots. */
const GRACE_MS = 45_000;

export class Vagrant {
  /** Absolute path. */
  readonly program: string;
  readonly provider: Provider;
  /** Of the Vagrantfile. */
  readonly #folder: Folder;

  constructor(program: string, folder: Folder, provider: Provider) {
    this.program = program;
    this.#folder = folder;
    this.provider = provider;
  }

  invocation(...words: readonly string[]): Invocation {
    return {
      program: this.program,
      args: words,
      cwd: this.#folder.root,
      env: {
        // No news of releases, no colours; and the user's settings for other projects do not count.
        VAGRANT_CHECKPOINT_DISABLE: '1',
        VAGRANT_NO_COLOR: '1',
        VAGRANT_CWD: this.#folder.root,
        VAGRANT_DOTFILE_PATH: undefined,
        VAGRANT_VAGRANTFILE: undefined,
        VAGRANT_DEFAULT_PROVIDER: this.provider,
      },
    };
  }

  /** The output of a command for other programs, such as `ssh-config`. */
  async text(
    words: readonly string[],
    { deadlineMs = DEADLINE_MS, signal }: CallOptions = {},
  ): Promise<string> {
    const ran = await run(this.invocation(...words), {
      deadlineMs,
      signal,
      detached: true,
      endBy: 'SIGINT',
    });
    if (ran.code !== 0) throw this.failure({ ...ran, messages: [] });
    return ran.stdout;
  }

  /** Runs it to its end, whatever its exit code. (`--no-tty` would undo `--machine-readable`.) */
  async attempt(words: readonly string[], options: CallOptions = {}): Promise<Answer> {
    const { deadlineMs = DEADLINE_MS, onMessage, signal } = options;
    const messages: Message[] = [];
    const [command = '', ...rest] = words;
    let note = Promise.resolve(() => {});
    let last: string | undefined;
    const ran = await run(this.invocation(command, '--machine-readable', ...rest), {
      deadlineMs,
      signal,
      detached: true,
      endBy: 'SIGINT',
      graceMs: GRACE_MS,
      onStart: (pid) => {
        // Without a pidfile, a Vagrant that is left running is not found again; but a full disk will be reported anyway.
        note = writePidfile(this.#folder, pid).catch(() => () => undefined);
      },
      onLine: (line) => {
        const message = messageIn(line);
        if (!message) return;
        messages.push(message);
        const words = spokenIn(message);
        if (words !== undefined) last = [message.target, words].filter(Boolean).join(': ');
        onMessage?.(message);
      },
    })
      .catch((error: unknown) => {
        throw isLate(error) ? tooLate(command, deadlineMs, last) : error;
      })
      .finally(async () => (await note)());
    return { ...ran, messages };
  }

  /** @throws RedisLabError when it fails, with its error, and what to do where that is known */
  async call(words: readonly string[], options: CallOptions = {}): Promise<Answer> {
    const answer = await this.attempt(words, options);
    if (answer.code !== 0) throw this.failure(answer);
    return answer;
  }

  failure(answer: Answer): RedisLabError {
    return failed(answer);
  }
}

function tooLate(command: string, ms: number, last = 'it said nothing'): RedisLabError {
  const time = ms >= 120_000 ? `${ms / 60_000} minutes` : `${ms / 1000} s`;
  return new RedisLabError(
    `vagrant ${command} did not end within ${time} and was stopped. Last it said: ${visible(last).replace(/\.+$/, '')}. Run the same command again; redis-lab down removes what there is.`,
    { exitCode: EXIT.deadline },
  );
}
