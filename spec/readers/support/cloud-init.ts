/** cloud-init, this machine's and Debian 13's, each loaded once for all calls of a test file: see cloud-init.py. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import fs from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Mounts, newerCommand } from './newer.js';
import { PYTHON } from './readers.js';
import { IS_ROOT, rootCommand } from './root.js';
import { type Ran, readerEnv } from './run.js';
import { scratchRoot } from './scratch.js';

const PROGRAM = fs.readFileSync(path.join(import.meta.dirname, 'cloud-init.py'), 'utf8');
const ANSWERS_WITHIN_MS = 180_000;
/** Where the folders of the tests are in Debian 13's root. */
const INSIDE = '/mnt';

export interface CloudInitCall {
  /** Of the command; or a script of Python that uses its modules. */
  readonly call: readonly string[] | { readonly script: string };
  /** Folders of the tests by the names that they have for this call alone; only in Debian 13. */
  readonly mounts?: Mounts;
  /** Folders of the tests where it writes. */
  readonly folders?: readonly string[];
}

export class CloudInit {
  readonly #command: () => readonly string[];
  readonly #root: string | undefined;
  #server: Server | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(command: () => readonly string[], inside: boolean) {
    this.#command = command;
    this.#root = inside ? scratchRoot() : undefined;
  }

  static readonly here = lazily(() => new CloudInit(() => [PYTHON, '-c', PROGRAM], false));

  /** As root, which writes where it is told. */
  static readonly hereAsRoot = lazily(
    () => new CloudInit(() => rootCommand([PYTHON, '-c', PROGRAM]), false),
  );

  static readonly newer = lazily(
    () =>
      new CloudInit(
        () =>
          rootCommand(
            newerCommand({ [INSIDE]: scratchRoot() }, ['/usr/bin/python3', '-c', PROGRAM]),
          ),
        true,
      ),
  );

  /** What a folder or file of the tests is called there. */
  at(file: string): string {
    return this.#root === undefined ? file : path.join(INSIDE, path.relative(this.#root, file));
  }

  /** One call after the other. */
  run(call: CloudInitCall): Promise<Ran> {
    const done = this.#last.then(() => this.#ask(call));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #ask({ call, mounts = {}, folders = [] }: CloudInitCall): Promise<Ran> {
    this.#server ??= new Server(this.#command());
    const answer = await this.#server.ask({
      ...('script' in call ? call : { arguments: call }),
      mounts: Object.entries(mounts).map(([inside, outside]) => [this.at(outside), inside]),
      folders: IS_ROOT ? [] : folders.map((each) => this.at(each)),
      owner: [process.getuid?.(), process.getgid?.()],
    });
    const command = 'script' in call ? 'python3 -c …' : ['cloud-init', ...call].join(' ');
    return { command, ...answer };
  }
}

class Server {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  #ended: string | undefined;

  constructor([program = '', ...args]: readonly string[]) {
    // It ends when its standard input does, which is when this process does.
    this.#child = spawn(program, args, { env: readerEnv(), stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#child.once('exit', (code, signal) => {
      this.#ended = `${program} has ended with ${signal ?? code}`;
      this.#lines.close();
    });
    this.#keep(false);
  }

  /** Whether this process waits for it before it ends. */
  #keep(it: boolean): void {
    const { stdin, stdout } = this.#child;
    const doing = it ? 'ref' : 'unref';
    for (const each of [this.#child, stdin as Socket, stdout as Socket]) each[doing]();
  }

  async ask(question: unknown): Promise<Pick<Ran, 'code' | 'stdout' | 'stderr'>> {
    this.#keep(true);
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), ANSWERS_WITHIN_MS);
    try {
      const answer = new Promise<string>((resolve, reject) => {
        const closed = () => reject(new Error(this.#ended ?? 'it said no more'));
        if (this.#ended !== undefined) closed();
        this.#lines.once('close', closed);
        this.#lines.once('line', (line) => {
          this.#lines.off('close', closed);
          resolve(line);
        });
      });
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
      return JSON.parse(await answer);
    } finally {
      clearTimeout(deadline);
      this.#keep(false);
    }
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
