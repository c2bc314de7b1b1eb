/** Installing a server and its client with the system's package manager. */
import type { Sentence } from '../../coded.js';
import type { CommandResult, Invocation } from '../../command/call.js';
import { findProgram } from '../../command/programs.js';
import { run, runAttached } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { Engine } from '../../model/releases.js';
import { message } from '../../report/messages.js';
import { throttle } from '../../throttle.js';
import { bothEngines } from './find-server.js';
import type { Here } from './here.js';
import { data } from './packages.generated.js';

/** None of these packages starts a service when it is installed. */
export interface Manager {
  /** The program by which it is recognised. */
  readonly program: string;
  /** The platform that it belongs to. */
  readonly platform: 'linux' | 'darwin' | 'any';
  readonly packages: Readonly<Record<Engine, readonly string[]>>;
  /** The command that installs compiler and build tools, to be typed by hand. */
  readonly tools: string;
  /** The command that installs packages, to be typed by hand, without their names. */
  readonly byHand: string;
  /** Arguments that install packages without asking; their names follow. */
  readonly install: readonly string[];
  /** Arguments that fetch the package lists, if that is a separate step. */
  readonly refresh?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly asRoot: boolean;
  /** What may help when it fails. */
  readonly hint?: string;
}

const MANAGERS: readonly Manager[] = data;

/** The package manager of this machine; undefined if it is not a known one. */
export function managerOf({ platform, folders }: Here): Manager | undefined {
  return MANAGERS.find(
    (manager) =>
      (manager.platform === platform || manager.platform === 'any') &&
      platform !== 'win32' &&
      findProgram(manager.program, folders) !== undefined,
  );
}

/** Whether we can run it: brew refuses root, the others need it. */
export function canInstall({ asRoot }: Manager, { isRoot, folders }: Here): boolean {
  return asRoot ? isRoot || findProgram('sudo', folders) !== undefined : !isRoot;
}

/** A command line to be typed by hand. */
export function byHand({ asRoot }: Manager, command: string, { isRoot, folders }: Here): string {
  if (!asRoot || isRoot) return command;
  return findProgram('sudo', folders) ? `sudo ${command}` : `${command} (as root)`;
}

const INSTALL_S = 900;
const REFRESH_S = 300;

/** How the managers report that a package does not exist. */
const UNKNOWN =
  /unable to locate package|no installation candidate|no match for|unable to find a match|target not found|no such package|no available formula/i;

/**
 * Installs the server of an engine, or of the other one if the system has no such package. When it is aborted, it still waits
 * for the package manager, since a half-done installation would have to be repaired.
 * @throws RedisLabError (4) when it fails, with its last lines; (5) when it does not end
 */
export async function installPackages(
  manager: Manager,
  engine: Engine,
  here: Here,
  {
    onProgress,
    signal,
  }: {
    readonly onProgress?: Tell | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { program } = manager;
  const tell: Tell = (told) => onProgress?.(told);
  const onAbort = () => tell(message('install.ending', { program }));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const call = await caller(manager, here, tell, engine);
    let first: RedisLabError | undefined;
    let refreshed = false;
    for (const packages of bothEngines(engine).map((each) => manager.packages[each])) {
      const install = async () => {
        signal?.throwIfAborted();
        tell(message('install.packages', { packages: packages.join(' '), program }));
        const ran = await call([...manager.install, ...packages], INSTALL_S);
        signal?.throwIfAborted();
        return ran;
      };
      let ran = await install();
      // A fresh system has no package lists, and those of an old one may be out of date.
      if (ran.code !== 0 && manager.refresh && !refreshed) {
        tell(message('install.lists', { program }));
        const update = await call(manager.refresh, REFRESH_S);
        signal?.throwIfAborted();
        if (update.code !== 0) throw failure(manager, packages, update, here);
        refreshed = true;
        ran = await install();
      }
      if (ran.code === 0) return;
      first ??= failure(manager, packages, ran, here);
      if (!UNKNOWN.test(`${ran.stdout}${ran.stderr}`)) throw first;
    }
    throw first;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

type Tell = (told: Sentence) => void;

type Call = (args: readonly string[], seconds: number) => Promise<CommandResult>;

async function caller(manager: Manager, here: Here, tell: Tell, engine: Engine): Promise<Call> {
  const program = findProgram(manager.program, here.folders) ?? manager.program;
  const env = { LC_ALL: 'C', ...manager.env };
  const sparse = throttle(tell);
  const onLine = (line: string) =>
    line.trim() !== '' && sparse(message('install.said', { program: manager.program, said: line }));
  const through = async (call: Invocation, seconds: number, detached: boolean) =>
    run(call, { deadlineMs: seconds * 1000, onLine, detached });

  if (!manager.asRoot || here.isRoot) {
    return async (args, seconds) => through({ program, args, env }, seconds, true);
  }
  const sudo = findProgram('sudo', here.folders) ?? 'sudo';
  await mayUseSudo(sudo, here, tell, () => {
    const command = `${manager.byHand} ${manager.packages[engine].join(' ')}`;
    return byHand(manager, command, here);
  });
  return async (args, seconds) => {
    const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    // Only root can end a process of root.
    const limited = ['timeout', '-k', '10', String(seconds), 'env', ...set, program, ...args];
    const sudoed = ['-n', ...limited];
    if (!here.terminal) return through({ program: sudo, args: sudoed }, seconds + 30, true);
    // In a session of its own, sudo would not know that the password was given on this terminal. But Ctrl-C must not reach it,
    // because it passes that on: `timeout` leaves the foreground process group.
    const shielded = [String(seconds + 20), sudo, ...sudoed];
    return through({ program: 'timeout', args: shielded }, seconds + 30, false);
  };
}

async function mayUseSudo(
  sudo: string,
  { terminal }: Here,
  tell: Tell,
  command: () => string,
): Promise<void> {
  const asked = await run(
    { program: sudo, args: ['-n', 'true'] },
    { deadlineMs: 10_000, detached: !terminal },
  );
  if (asked.code === 0) return;
  let why = 'sudo wants a password, and there is no terminal to ask for it on';
  if (terminal) {
    tell(message('install.password'));
    if ((await runAttached({ program: sudo, args: ['-v'] })) === 0) return;
    why = 'sudo did not let us';
  }
  throw new RedisLabError(
    `The server cannot be installed: ${why}.\nRun this, then the same command again: ${command()}`,
    { exitCode: EXIT.program },
  );
}

function failure(
  manager: Manager,
  packages: readonly string[],
  { command, code, stdout, stderr }: CommandResult,
  here: Here,
): RedisLabError {
  const said = `${stdout}${stderr}`.trimEnd().split('\n').slice(-12);
  return new RedisLabError(
    [
      `${packages.join(' ')} cannot be installed: ${command} ended with ${code}. Its last lines:`,
      ...said.map((line) => `  ${line}`),
      `Mend what they say, then run the same command again, or this by hand: ${byHand(manager, `${manager.byHand} ${packages.join(' ')}`, here)}`,
      ...(manager.hint ? [manager.hint] : []),
    ].join('\n'),
    { exitCode: EXIT.program },
  );
}
