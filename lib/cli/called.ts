/**
 * How the command was called, for hints: what they show can be typed as it stands, and is for the same lab. Errors and texts of
 * the library name the command plainly, `redis-lab up`; what the command prints goes through {@link asCalled}.
 */
import path from 'node:path';
import { shellWord } from '../render/shell-quote.js';
import { isProgram, realPath } from '../workspace/inspect.js';
import { type Naming, namingWords } from './words.js';

const NAME = 'redis-lab';

/** Words that follow the name in a command line. `redis-lab did not make it` is none. */
const CALLS = [
  'init generate check doctor up status verify experiment report fault heal logs exec ssh stop down',
  'cache handout schema completion list connect class --help --version',
].flatMap((names) => names.split(' '));

const CALL = new RegExp(
  String.raw`(?<![\w/.-]|npx )${NAME}(\s+)(${CALLS.join('|')})(?![\w-])`,
  'g',
);

/** The executable is more than one bundle, and one process. */
const NAMED = Symbol.for('redis-lab names its lab');
const shared = globalThis as { [NAMED]?: Naming };

/** From now on, command lines that name no lab are for that of this call. */
export function nameLab({ spec, set, backend, vm }: Naming): void {
  shared[NAMED] = { spec, set, backend, vm };
}

/** A text for programs: its command lines are for the lab of this call, and say `redis-lab` however that was called. */
export function asNamed(text: string): string {
  return asCalled(text, undefined, () => NAME);
}

/** A text with each command line that it shows as this user can type it. */
export function asCalled(
  text: string,
  naming: Naming = shared[NAMED] ?? {},
  called = calledAs,
): string {
  if (!text.includes(NAME)) return text;
  return text.replace(CALL, (call: string, space: string, command: string, at: number) => {
    // It may have been wrapped.
    const rest = text.slice(at + call.length).replaceAll(/\s+/g, ' ');
    const words = missing(naming, command, rest).map(shellWord);
    return `${called()}${space}${[command, ...words].join(' ')}`;
  });
}

/** What a command line lacks to be for the lab of this call; `rest` is what follows its command. */
function missing(naming: Naming, command: string, rest: string): readonly string[] {
  const words = namingWords(naming, command);
  const isNamed = rest.startsWith(` ${words.map(shellWord).join(' ')}`);
  // It is for another lab, or for none.
  if (isNamed || /^ --(?:spec|set|help)\b/.test(rest)) return [];
  // Only what is added needs a description.
  if (command === 'cache' && !rest.startsWith(' add')) return [];
  return rest.startsWith(' --backend ')
    ? namingWords({ ...naming, backend: undefined }, command)
    : words;
}

export interface Call {
  /** The script, as Node was given it. */
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

let known: string | undefined;

/** The words that call this command here. */
export function calledAs(): string {
  known ??= callOf({
    script: process.argv[1] ?? '',
    cwd: process.cwd(),
    env: process.env,
    platform: process.platform,
  });
  return known;
}

/**
 * `redis-lab` where the shell finds it; `npx redis-lab` where npm ran it out of a clone or a project; else the script
 * itself, by Node.
 */
export function callOf({ script, cwd, env, platform }: Call): string {
  // npm, pnpm and yarn put folders before the PATH of the shell that the next command is typed in.
  const byNpm = env['npm_command'] !== undefined || env['npm_config_user_agent'] !== undefined;
  const found = inPath(env, platform, byNpm);
  if (found !== undefined && (!byNpm || isSame(found, script))) return NAME;
  if (byNpm || isInBin(path.dirname(script))) return `npx ${NAME}`;
  const near = path.relative(cwd, script);
  return `node ${shellWord(near.startsWith('..') ? script : near)}`;
}

function inPath(env: Call['env'], platform: Call['platform'], byNpm: boolean): string | undefined {
  const names = platform === 'win32' ? [`${NAME}.cmd`, `${NAME}.ps1`] : [NAME];
  const variable = platform === 'win32' ? (env['Path'] ?? env['PATH']) : env['PATH'];
  return (variable ?? '')
    .split(platform === 'win32' ? ';' : ':')
    .filter((folder) => folder !== '' && !(byNpm && isInBin(folder)))
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find(isProgram);
}

function isInBin(folder: string): boolean {
  return /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
}

/** A link in PATH leads to the script; what npm puts there on Windows is a script of its own, beside the package. */
function isSame(found: string, script: string): boolean {
  const real = realPath(script);
  const installed = realPath(path.join(path.dirname(found), 'node_modules', NAME));
  return (
    real !== undefined &&
    (realPath(found) === real || (installed !== undefined && real.startsWith(installed + path.sep)))
  );
}
