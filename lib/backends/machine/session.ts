/**
 * One program on a node for many scripts that can be run again, one after another: on containers, starting a client for each takes longer than most of them. It is started by the node's
 * shell when the first script comes, and ends with its input.
 */
import { createInterface } from 'node:readline';
import type { Invocation } from '../../command/call.js';
import type { PipedProgram } from '../../command/piped.js';
import { EXIT, isLate, RedisLabError } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { Shell } from './shell.js';

/** How long a script may take, milliseconds. */
const SCRIPT_MS = 60_000;

/**
 * Reads a script a line, with its arguments behind it, and answers each with its exit code and all that it printed. Every word is base64 of `=` and the text, so that no text is
 * empty, and nothing of it is read as something else.
 */
export const LOOP = `
plain() { printf '%s' "$1" | base64 -d; printf .; }
while read -r script rest; do
  set --
  for each in $rest; do each=$(plain "$each"); each=\${each%.}; set -- "$@" "\${each#=}"; done
  script=$(plain "$script"); script=\${script%.}
  said=$(sh -ec "\${script#=}" sh "$@" 2>&1 </dev/null); code=$?
  printf '%s %s\\n' "$code" "$(printf '%s' "=$said" | base64 | tr -d '\\n')"
done`;

/** Those of several nodes; dispose of it. */
export class Sessions implements AsyncDisposable {
  readonly #shell: Shell;
  readonly #byNode = new Map<string, Session>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  readonly asRoot: FaultHost['asRoot'] = async ({ name }, script, ...args) => {
    const session =
      this.#byNode.get(name) ??
      new Session(name, () => this.#shell.invocation(name, ['sh', '-c', LOOP]));
    this.#byNode.set(name, session);
    return session.run(script, args);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#byNode.values()].map((each) => each.end()));
  }
}

interface Answer {
  readonly code: number;
  readonly said: string;
}

class Session {
  readonly #node: string;
  readonly #call: () => Invocation;
  #program: PipedProgram | undefined;
  #answered: ((line: string) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(node: string, call: () => Invocation) {
    this.#node = node;
    this.#call = call;
  }

  /**
   * One that does not answer is run once more: LXD 5.0 was seen to lose a program that it had begun.
   * @throws RedisLabError when the node cannot be entered; (5) when the script does not end in time
   */
  run(script: string, args: readonly string[]): Promise<Answer> {
    const ask = () => this.#ask(script, args);
    const answer = this.#last.then(ask).catch((error: unknown) => {
      if (!isLate(error)) throw error;
      return ask();
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async end(): Promise<void> {
    await this.#last;
    const program = this.#program;
    this.#program = undefined;
    program?.end();
    await program?.ended;
  }

  async #ask(script: string, args: readonly string[]): Promise<Answer> {
    const program = this.#program ?? (await this.#start());
    const words = [script, ...args].map((each) => Buffer.from(`=${each}`).toString('base64'));
    let late: NodeJS.Timeout | undefined;
    try {
      const line = await new Promise<string>((resolve, reject) => {
        this.#answered = resolve;
        void program.ended.then((why) => reject(this.#failure(`ended: ${why}`, EXIT.program)));
        late = setTimeout(
          () => reject(this.#failure(`has said nothing for ${SCRIPT_MS / 1000} s`, EXIT.deadline)),
          SCRIPT_MS,
        );
        program.input.write(`${words.join(' ')}\n`);
      });
      const [code = '', said = ''] = line.split(' ');
      const text = Buffer.from(said, 'base64').toString('utf8');
      return { code: Number(code), said: text.slice(1).trim() };
    } catch (error) {
      this.#program = undefined;
      program.end();
      throw error;
    } finally {
      clearTimeout(late);
      this.#answered = undefined;
    }
  }

  async #start(): Promise<PipedProgram> {
    const { startPiped } = await import('../../command/piped.js');
    const program = startPiped(this.#call());
    this.#program = program;
    createInterface({ input: program.output }).on('line', (line) => this.#answered?.(line));
    return program;
  }

  #failure(what: string, exitCode: typeof EXIT.program | typeof EXIT.deadline): RedisLabError {
    return new RedisLabError(`What runs scripts on ${this.#node} ${what}`, { exitCode });
  }
}
