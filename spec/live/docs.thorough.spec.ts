/** The commands of README.md and docs/, typed in their order on real labs, each page on one of its own. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { needsServer } from '../backends/local/support.js';
import { BLOCKS, commandsIn, FILES, NOT_TYPED, runsALab, textOf } from '../docs/support/blocks.js';
import { runProgram } from '../docs/support/program.js';
import { BIN, ROOT, redisLab } from '../support/cli.js';
import { newHome } from './support/home.js';

const COMMAND_MS = 240_000;

interface Typed {
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A folder like a clone in which `npm ci` was done, and a state of its own. */
class Desk {
  readonly #home = newHome();
  readonly #env: Record<string, string>;
  /** The master before a fault ended it: to be waited for is another one. */
  #fallen: string | undefined;

  /** `quick`: `npx` finds the command by itself, as it does, and without the second that npm takes for it. */
  constructor(npx: 'real' | 'quick') {
    const { folder, env } = this.#home;
    const bin = path.join(folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(BIN, path.join(bin, 'redis-lab'));
    this.#env = { ...env, ROOT };
    if (npx === 'real') return;
    writeFileSync(
      path.join(bin, 'npx'),
      '#!/bin/sh\nexport npm_command=exec\ncommand=$1; shift; exec "node_modules/.bin/$command" "$@"\n',
      { mode: 0o755 },
    );
    this.#env['PATH'] = `${bin}:${process.env['PATH']}`;
  }

  async type(line: string): Promise<Typed> {
    const [, name, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      this.#env[name] = value;
      return { command: line, exitCode: 0, output: '' };
    }
    if (/ fault \w+ @master$/.test(line)) this.#fallen = await this.master();
    return / (?:--watch|-w|-f|--follow)$/.test(line) ? this.#watch(line) : this.#run(line);
  }

  async down(): Promise<void> {
    const { exitCode, stderr } = await redisLab(this.#home.folder, ['down'], {
      env: this.#home.env,
      timeout: COMMAND_MS,
    });
    expect(exitCode, stderr).to.equal(0);
  }

  async master(): Promise<string | undefined> {
    const { stdout } = await redisLab(this.#home.folder, ['status', '--json'], {
      env: this.#home.env,
      timeout: COMMAND_MS,
    });
    return (JSON.parse(stdout) as { master: string | null }).master ?? undefined;
  }

  async program(text: string): Promise<string> {
    return runProgram(text, this.#home.env);
  }

  async #run(line: string): Promise<Typed> {
    const { all, exitCode } = await execa('bash', ['-c', line], {
      all: true,
      cwd: this.#home.folder,
      env: this.#env,
      reject: false,
      stdin: 'ignore',
      timeout: COMMAND_MS,
    });
    return { command: line, exitCode, output: all };
  }

  /** What goes on until Ctrl-C: that comes when what the page speaks of is seen. */
  async #watch(line: string): Promise<Typed> {
    const fallen = this.#fallen;
    const isSeen = (output: string) => {
      const [, master] = /(?:.*\n)*master is (\w+), quorum/.exec(output) ?? [];
      return fallen === undefined ? output !== '' : master !== undefined && master !== fallen;
    };
    const child = execa('bash', ['-c', `exec ${line}`], {
      all: true,
      cwd: this.#home.folder,
      env: this.#env,
      reject: false,
      stdin: 'ignore',
      timeout: COMMAND_MS,
      // A group of its own, as on a terminal, where Ctrl-C goes to all of it: npx passes no signal on.
      detached: true,
    });
    let output = '';
    let isInterrupted = false;
    child.all.on('data', (chunk: Buffer) => {
      output += chunk;
      if (isInterrupted || !isSeen(output)) return;
      isInterrupted = true;
      process.kill(-(child.pid as number), 'SIGINT');
    });
    const { exitCode, signal } = await child;
    this.#fallen = undefined;
    // npx itself ends by the signal, whatever its command ended with.
    return { command: line, exitCode: signal === 'SIGINT' ? 0 : exitCode, output };
  }
}

/** Types a page; what is there beforehand is what the README's first command leaves. */
async function typeAll(file: string): Promise<{ typed: Typed[]; printed: string[][] }> {
  const desk = new Desk(file === 'README.md' ? 'real' : 'quick');
  const typed: Typed[] = [];
  const printed: string[][] = [];
  if (file !== 'README.md') {
    const up = await desk.type('npx redis-lab up --no-verify');
    expect(up.exitCode, up.output).to.equal(0);
  }
  for (const { language, text } of BLOCKS.filter((block) => block.file === file)) {
    if (language === 'sh') {
      for (const line of commandsIn(text)) {
        const instead = NOT_TYPED[line] ? NOT_TYPED[line].instead : line;
        // The lines after it in the block stand on it.
        if (instead === undefined) break;
        typed.push(await desk.type(instead));
        // What comes after a command that failed says nothing.
        if (typed.at(-1)?.exitCode !== 0) return { typed, printed };
      }
    } else if (language === 'ts' && runsALab(text)) {
      await desk.down();
      printed.push([text, await desk.program(text)]);
    }
  }
  await desk.down();
  return { typed, printed };
}

describe('the commands of the documentation', function () {
  this.timeout(600_000);
  const pages = FILES.filter((file) =>
    BLOCKS.some((block) => block.file === file && ['sh', 'ts'].includes(block.language)),
  );
  // Each page waits, most of its time, for Sentinels: they wait at the same time.
  const done = new Map<string, ReturnType<typeof typeAll>>();
  before(async function () {
    await needsServer.call(this);
    for (const file of pages) {
      const typed = typeAll(file);
      typed.catch(() => undefined);
      done.set(file, typed);
    }
  });
  after(async () => {
    await Promise.allSettled(done.values());
  });

  for (const file of pages) {
    it(`do what ${file} says`, async () => {
      const { typed } = await (done.get(file) as ReturnType<typeof typeAll>);
      for (const { command, exitCode, output } of typed) {
        expect(exitCode, `${command}\n${output}`).to.equal(0);
      }
    });
  }

  it('show a new master in the first experiment', async () => {
    const { typed } = await (done.get('README.md') as ReturnType<typeof typeAll>);
    const at = typed.findIndex(({ command }) => command === 'npx redis-lab fault crash @master');
    const crashed = /^(\w+), until now the master: its Redis server has crashed/m.exec(
      typed[at]?.output ?? '',
    )?.[1];
    const [, now] =
      /master is (\w+), quorum(?![\s\S]*master is)/.exec(typed[at + 1]?.output ?? '') ?? [];
    expect(crashed).to.be.a('string');
    expect(now).to.be.a('string').and.not.equal(crashed);
    // The hints of each can be typed here.
    expect(typed[at]?.output).to.include('npx redis-lab status --watch');
  });

  it('show what the first one really prints', async () => {
    const { typed } = await (done.get('README.md') as ReturnType<typeof typeAll>);
    const shown = /^```session\n\$ ([^\n]*)\n(.*?)^```$/ms.exec(textOf('README.md')) ?? [];
    expect(typed[0]?.command).to.equal(shown[1]);
    const real = alike(typed[0]?.output ?? '').join('\n');
    const lines = alike(shown[2] ?? '');
    expect(lines).to.have.length.greaterThan(12);
    for (const line of lines) expect(real).to.include(line);
  });

  it('print what the programs beside them are said to print', async () => {
    const { printed } = await (done.get('docs/library.md') as ReturnType<typeof typeAll>);
    const text = textOf('docs/library.md');
    for (const [program = '', output] of printed) {
      const after = text.slice(text.indexOf(program) + program.length);
      expect(output).to.equal(/^```text\n(.*?)^```$/ms.exec(after)?.[1]);
    }
    expect(printed).to.have.lengthOf(4);
    const readme = await (done.get('README.md') as ReturnType<typeof typeAll>);
    expect(readme.printed.map(([, output]) => output)).to.deep.equal(['PONG\nfalse\n1\n']);
  });

  it('show a suite that is one of ours', () => {
    const [, snippet = ''] = /^```typescript\n(.*?)^```$/ms.exec(textOf('docs/library.md')) ?? [];
    const example = readFileSync(path.join(import.meta.dirname, 'example.spec.ts'), 'utf8');
    expect(snippet).to.include('await using');
    expect(example.replaceAll(/^ {2}/gm, '')).to.include(snippet);
  });
});

/** Lines without what differs from run to run: figures, which node it was, how a long line was broken. */
function alike(text: string): string[] {
  return (
    text
      .replaceAll(/\n {4,}(?=\S)/g, ' ')
      .split('\n')
      .map((line) =>
        line
          .replaceAll(/\b(?:master|slave\d)(?=,? |$|, up)/g, 'NODE')
          // How long it took decides the unit.
          .replaceAll(/\d[\d.]*(?: ms\b)?/g, (figure) => (figure.endsWith(' ms') ? '# s' : '#'))
          .replaceAll(/ +/g, ' ')
          .trim(),
      )
      .filter((line) => line !== '' && line !== '…')
      // Whose role it is differs: the row of the promoted node changes places with one of the others.
      .map((line) => (/:# (?:NODE|replica) /.test(line) ? '#:# a row of the table' : line))
  );
}
