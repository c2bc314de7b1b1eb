/** A program on a terminal of its own, made by `script` of util-linux. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../support/cli.js';
import { probe } from '../../support/probe.js';
import { needs } from '../../support/skip.js';

export interface OnTerminal {
  /** Everything that the terminal got, escape sequences and all. */
  readonly raw: string;
  /** The lines that stand on it at the end. */
  readonly screen: readonly string[];
  /** Standard output, which leads into a file. */
  readonly stdout: string;
}

/** Without `script`: fails under CI, skips the suite elsewhere. */
export function needTerminal(context: Mocha.Context): void {
  const { error, status } = spawnSync('script', ['--version'], { timeout: 180_000 });
  // That of macOS and of BusyBox has no version, and other options.
  needs(context, error || status !== 0 ? 'no script of util-linux' : undefined);
}

/** Runs a TypeScript file of `spec/cli/support`. What is typed comes once `until` was printed. */
export async function onTerminal(
  source: string,
  args: readonly string[],
  {
    env = {},
    typed,
  }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly typed?: { readonly until: string; readonly text: string };
  } = {},
): Promise<OnTerminal> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-terminal-'));
  try {
    // Names of ours, without a blank: `script` gives them to a shell.
    const program = probe(path.join(import.meta.dirname, source));
    const line = [process.execPath, program, ...args];
    const command = `stty cols 80 rows 24; ${line.join(' ')} > ${folder}/stdout`;
    const running = execa('script', ['-qefc', command, '/dev/null'], {
      cwd: ROOT,
      env: { TERM: 'xterm', ...env },
      extendEnv: true,
      reject: false,
      timeout: 120_000,
      stripFinalNewline: false,
    });
    let seen = '';
    let waits = typed !== undefined;
    running.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (!typed || !waits || !seen.includes(typed.until)) return;
      waits = false;
      running.stdin.write(typed.text);
    });
    const { stdout } = await running;
    return {
      raw: stdout,
      screen: screenOf(stdout),
      stdout: readFileSync(path.join(folder, 'stdout'), 'utf8'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As much of a terminal as log-update uses: up, to the first column, erase the line. */
function screenOf(raw: string): string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
  for (const [token] of raw.matchAll(/\u001b\[[?\d;]*[A-Za-z]|\r|\n|[^\u001b\r\n]+/g)) {
    if (token === '\n') {
      row++;
      lines[row] ??= '';
    } else if (/^.\[\d*A$/.test(token)) row -= Number(/\d+/.exec(token)?.[0] ?? 1);
    else if (/^.\[2?K$/.test(token)) lines[row] = '';
    else if (token !== '\r' && !token.startsWith('\u001b')) lines[row] += token;
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
}
