import path from 'node:path';
import { STATE } from '../../backends/local/paths.js';
import { type Added, addFiles } from '../../cache/add.js';
import { type Cleared, clearCache, type Left } from '../../cache/clear.js';
import { inventory, type Judged, judge, type Kept, type Kind } from '../../cache/inventory.js';
import { short } from '../../cache/names.js';
import { EXIT } from '../../errors.js';
import { clean, count, list, table } from '../../report/layout.js';
import { Folder } from '../../workspace/folder.js';
import { listFolder, readIfAny, realPath } from '../../workspace/inspect.js';
import { cacheHome, stateHome } from '../../workspace/xdg.js';
import { labOf } from '../load.js';
import { printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { oneOf, UsageError } from '../usage.js';
import { commandLine } from '../words.js';

const ACTIONS = ['list', 'add', 'clear'] as const;

export async function cache(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const action = oneOf('action of cache', String(argv['action'] ?? 'list'), ACTIONS);
  const files = [argv['file'] ?? []].flat() as string[];
  if (action === 'add') return add(argv, files, signal);
  const given = ['spec', 'set'].filter((option) => [argv[option] ?? []].flat().length > 0);
  const refused = [
    ...(files.length > 0 ? [`cache ${action} takes no files: ${files[0]}`] : []),
    ...given.map((option) => `--${option} goes with add.`),
  ];
  if (refused.length > 0) throw new UsageError(refused.join('\n'));
  return action === 'clear' ? clear(argv) : show(argv, signal);
}

async function show(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const place = cacheHome();
  const folder = new Folder(place);
  const items: Judged[] = [];
  for (const kept of inventory(folder)) items.push(await judge(folder, kept, signal));
  if (argv['json']) printJson({ cache: place, items: items.map((item) => asJson(place, item)) });
  else if (items.length === 0) printResult(`Nothing is kept in ${clean(place)}.`);
  else printResult(listing(place, items));
  return EXIT.ok;
}

async function add(
  argv: Record<string, unknown>,
  files: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  if (files.length === 0) {
    const example = commandLine(argv, 'cache', 'add', 'redis-8.2.8.tar.gz');
    throw new UsageError(`cache add needs a file, such as: ${example}`);
  }
  const { redis } = (await labOf(argv)).model;
  const added = await addFiles(redis, files, { signal });
  if (argv['json']) printJson({ cache: cacheHome(), added });
  else for (const each of added) printResult(addition(each));
  return EXIT.ok;
}

async function clear(argv: Record<string, unknown>): Promise<number> {
  const place = cacheHome();
  const cleared = clearCache(place, labsThatName);
  const bytes = sumOf(cleared.removed);
  if (argv['json']) {
    const removed = cleared.removed.map((item) => asJson(place, item));
    const left = cleared.left.map((item) => asJson(place, item));
    printJson({ cache: place, removed, bytes, left });
  } else {
    printResult(clearance(place, cleared));
  }
  return EXIT.ok;
}

/**
 * Labs of this user that were brought up with something in the cache, running or stopped: a lab would neither
 * start a crashed server again nor read its own data without it. Their files are searched as text, so that a
 * damaged one, or one of another version, counts as well.
 */
function labsThatName(place: string): string[] {
  const home = stateHome();
  const paths = [place, realPath(place) ?? place].map((each) =>
    JSON.stringify(each + path.sep).slice(1, -1),
  );
  return listFolder(home).filter((lab) => {
    const text = readIfAny(path.join(home, lab, STATE)) ?? '';
    return paths.some((each) => text.includes(each));
  });
}

function asJson<T extends Kept>(place: string, { name, ...item }: T) {
  return { ...item, path: path.join(place, name) };
}

const WORDS: Readonly<Record<Kind, string>> = {
  source: 'source',
  'local-build': 'local build',
  'node-build': 'node build',
  leftover: 'leftover',
};

function listing(place: string, items: readonly Judged[]): string {
  const named = items.filter(({ kind }) => kind !== 'leftover');
  const rows = named.map((item) => [
    WORDS[item.kind],
    releaseText(item),
    [item.system, item.architecture].filter(Boolean).join(' ') || '–',
    size(item.bytes),
    item.sha256 === null ? '–' : short(item.sha256),
    item.flaw === null ? 'good' : item.foreign ? 'foreign' : 'damaged',
  ]);
  const columns = [
    { title: 'kind' },
    { title: 'release' },
    { title: 'for' },
    { title: 'size', align: 'right' },
    { title: 'sha-256' },
    { title: '' },
  ] as const;
  const flawed = items.flatMap(({ kind, name, flaw, bytes }) => {
    if (flaw === null) return [];
    const much = kind === 'leftover' ? ` (${size(bytes)})` : '';
    return [`${clean(name)}${much}: ${clean(flaw)}`];
  });
  return [
    `Kept in ${clean(place)}: ${size(sumOf(items))}`,
    ...(rows.length > 0 ? ['', ...table(columns, rows, styleFor(process.stdout).width)] : []),
    ...(flawed.length > 0 ? ['', ...flawed, 'None of these is used.'] : []),
  ].join('\n');
}

function addition({ file, kind, system, architecture, already, ...release }: Added): string {
  const made = kind === 'source' ? 'source' : `build for nodes with ${system} on ${architecture}`;
  const what = `${releaseText(release)}, ${made}`;
  return `${clean(file)}: ${what}: ${already ? 'was kept before' : 'kept'}`;
}

function clearance(place: string, { removed, left }: Cleared): string {
  const where = clean(place);
  const kinds = Object.keys(WORDS) as Kind[];
  const counts = kinds.flatMap((kind) => {
    const number = removed.filter((item) => item.kind === kind).length;
    return number > 0 ? [count(number, WORDS[kind])] : [];
  });
  const first =
    counts.length > 0
      ? `Removed from ${where}: ${list(counts)}, ${size(sumOf(removed))}.`
      : `There was nothing to remove in ${where}.`;
  return [first, ...left.map(whyLeft)].join('\n');
}

function whyLeft({ name, usedBy, bytes, owner }: Left): string {
  const what = `Left: ${clean(name)} (${size(bytes)})`;
  if (owner !== null) return `${what}, which ${clean(owner)}.`;
  if (usedBy.length === 0) return `${what}, which somebody is making, or was less than a day ago.`;
  const labs = `the lab${usedBy.length === 1 ? '' : 's'} ${clean(list(usedBy))}`;
  const downs = usedBy.map((lab) => commandLine({ set: [`name=${lab}`] }, 'down'));
  return `${what}, which ${labs} was brought up with. First: ${downs.join('; ')}`;
}

function releaseText({ engine, version }: Pick<Kept, 'engine' | 'version'>): string {
  return `${engine} ${version}`;
}

function sumOf(items: readonly Kept[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
