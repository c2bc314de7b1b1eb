/** An interactive shell on a terminal of its own, with our completion as its users have it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { until } from '../../support/at-work.js';
import { LINKED } from '../../support/cli.js';

/** How a shell is started with a file of its own to begin with, and what stands in that: the key Ctrl-X shows the line, between `<` and `>`. */
const SHELLS = {
  bash: {
    command: 'bash --noprofile --rcfile begin',
    file: 'begin',
    lines: `PS1='READY '
source <(redis-lab completion bash)
shown() { printf '<%s>\\n' "$READLINE_LINE"; READLINE_LINE= READLINE_POINT=0; }
bind -x '"\\C-x": shown'`,
  },
  zsh: {
    command: 'zsh -i',
    file: '.zshrc',
    lines: `PS1='READY '
source <(redis-lab completion zsh)
shown() { zle -I; print -r -- "<$BUFFER>"; BUFFER=; }
zle -N shown
bindkey '^X' shown`,
  },
  fish: {
    command: 'fish -i',
    file: 'fish/config.fish',
    lines: `function fish_prompt; echo 'READY '; end
function fish_greeting; end
redis-lab completion fish | source
bind \\cx 'echo "<"(commandline)">"; commandline ""; commandline -f repaint'`,
  },
} as const;

export type Shell = keyof typeof SHELLS;

const SAYS_MS = 120_000;

function started(command: string, folder: string) {
  return execa('script', ['-qefc', `stty cols 100 rows 40; ${command}`, '/dev/null'], {
    cwd: folder,
    env: {
      TERM: 'xterm',
      HOME: folder,
      ZDOTDIR: folder,
      XDG_CONFIG_HOME: folder,
      INPUTRC: '/dev/null',
      PATH: `${LINKED}:${process.env['PATH']}`,
    },
    reject: false,
    timeout: 300_000,
  });
}

export class Typing {
  readonly #process: ReturnType<typeof started>;
  #seen = '';

  constructor(shell: Shell, folder: string) {
    const { command, file, lines } = SHELLS[shell];
    const place = path.join(folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, `${lines}\n`);
    // Where this is missing, fish reads all manual pages in the background, and goes on after its end.
    mkdirSync(path.join(folder, '.local/share/fish/generated_completions'), { recursive: true });
    this.#process = started(command, folder);
    this.#process.stdout.on('data', (data: Buffer) => {
      this.#seen += data.toString();
    });
  }

  /** Until it takes keys. */
  async ready(): Promise<void> {
    await until(() => this.#seen.includes('READY'), SAYS_MS, 'a prompt');
  }

  /** The line after these keys. */
  async line(keys: string): Promise<string> {
    const from = this.#seen.length;
    this.#process.stdin.write(`${keys}\u0018`);
    const found = () => /<([^<>]*)>/.exec(this.#seen.slice(from))?.[1];
    await until(() => found() !== undefined, SAYS_MS, `the line after ${JSON.stringify(keys)}`);
    return found()?.trimEnd() ?? '';
  }

  /** All that the terminal got. */
  get seen(): string {
    return this.#seen;
  }

  async end(): Promise<void> {
    this.#process.stdin.write('exit\n');
    await this.#process;
  }
}
