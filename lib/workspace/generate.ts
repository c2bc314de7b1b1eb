/** Makes a folder match the files of a lab: plans what differs, then writes only that. */
import path from 'node:path';
import { EXIT, RedisLabError, WorkspaceError } from '../errors.js';
import type { RenderedFile } from '../render/file.js';
import { Folder } from './folder.js';
import { madeFromOthers } from './made-machines.js';
import { digest, formatManifest, MANIFEST, type Manifest, parseManifest } from './manifest.js';
import { namedFolder } from './named-file.js';
import type { Found } from './reading.js';

/** What `write` did, or would do: paths below the folder. */
export interface Changes {
  /** The folder, absolute. */
  readonly folder: string;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  /** Written by an earlier `generate`, no longer part of the lab. */
  readonly removed: readonly string[];
  /** No longer part of the lab, but edited since, and therefore left. */
  readonly kept: readonly string[];
  /**
   * Names of machines that Vagrant made here from an earlier description. They keep what their first boot set up.
   */
  readonly outdated: readonly string[];
}

/** The first difference between a folder and the lab. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'differs' | 'mode' | 'obsolete';
  /** 1-based line of the first difference in a text; 1-based byte in anything else. */
  readonly line?: number;
  readonly byte?: number;
  readonly expected?: string;
  readonly found?: string;
}

/** How files are written. */
export interface WriteOptions {
  /** Gives what would change, and changes nothing. Default false. */
  readonly dryRun?: boolean;
  /** Also replaces files that redis-lab did not write. Default false. */
  readonly force?: boolean;
  /** Stops between two files. What was written by then stays, and counts as ours. */
  readonly signal?: AbortSignal;
}

/**
 * Writes what differs, and removes what an earlier run wrote and this one does not. Touches nothing else.
 * @throws WorkspaceError when the folder cannot be read or written (files written until then are complete and known as ours), or
 * when files that redis-lab did not write are in the way (nothing was changed)
 * @throws RedisLabError (130) when the signal aborts
 */
export async function writeFiles(
  folder: string,
  files: Iterable<RenderedFile>,
  { dryRun = false, force = false, signal }: WriteOptions = {},
): Promise<Changes> {
  const root = namedFolder(folder);
  const wanted = await collect(files, signal);
  const before = readManifest(root);
  const { changes, foreign } = plan(root, wanted, before);
  if (!force) refuseForeign(root, foreign);
  if (!dryRun) await apply(root, wanted, before, changes, signal);
  return changes;
}

/** How many files are handled before the event loop may run, which is what delivers a signal. */
const BATCH = 64;

async function breathe(
  count: number,
  signal: AbortSignal | undefined,
  done: string,
): Promise<void> {
  if (count % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  if (!signal?.aborted) return;
  throw new RedisLabError(`interrupted: ${done}`, { exitCode: EXIT.interrupted });
}

async function collect(
  files: Iterable<RenderedFile>,
  signal: AbortSignal | undefined,
): Promise<RenderedFile[]> {
  const wanted: RenderedFile[] = [];
  for (const file of files) {
    wanted.push(file);
    await breathe(wanted.length, signal, 'nothing was written');
  }
  return wanted;
}

interface Plan {
  readonly changes: Changes;
  /** What would be replaced and is not ours; a link or a folder in a file's place never is. */
  readonly foreign: readonly string[];
}

function plan(root: Folder, wanted: readonly RenderedFile[], before: Manifest): Plan {
  const foreign: string[] = [];
  const changes = {
    folder: root.root,
    created: [] as string[],
    updated: [] as string[],
    unchanged: [] as string[],
    removed: [] as string[],
    kept: [] as string[],
    outdated: [] as string[],
  };
  for (const file of wanted) {
    const found = root.read(file.path);
    const state = !found ? 'created' : isSame(found, file) ? 'unchanged' : 'updated';
    changes[state].push(file.path);
    if (state === 'updated' && !(found?.content && before.has(file.path))) foreign.push(file.path);
  }
  const names = new Set(wanted.map((file) => file.path));
  for (const [name, sha256] of before) {
    const found = names.has(name) ? undefined : root.read(name);
    if (!found) continue;
    const ours = found.content !== undefined && digest(found.content) === sha256;
    changes[ours ? 'removed' : 'kept'].push(name);
  }
  const touched = new Set([...changes.created, ...changes.updated, ...changes.removed]);
  changes.outdated = madeFromOthers(root.root, (node) => {
    const seed = `nodes/${node}/seed.iso`;
    const file = wanted.find((each) => each.path === seed);
    return { sha256: file && digest(file.content), isChanged: touched.has(seed) };
  });
  return { changes, foreign };
}

function refuseForeign(root: Folder, foreign: readonly string[]): void {
  if (foreign.length === 0) return;
  throw new WorkspaceError(
    `${root.root} already has ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ` and ${foreign.length - 5} more` : ''}, which redis-lab did not write. Nothing was changed. Name another folder with --out, or replace what is there with --force.`,
  );
}

async function apply(
  root: Folder,
  wanted: readonly RenderedFile[],
  before: Manifest,
  changes: Changes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const after = new Map(wanted.map((file) => [file.path, digest(file.content)]));
  const unchanged = new Set(changes.unchanged);
  const stale = wanted.filter((file) => !unchanged.has(file.path));
  if (stale.length + changes.removed.length === 0) {
    writeManifest(root, after);
    return;
  }
  // If this run is killed, the next one knows both the older and the newer files as ours.
  writeManifest(root, new Map([...before, ...after]));
  let written = 0;
  try {
    for (const file of stale) {
      const done = `${written} of ${stale.length} files were written; run the same command again`;
      await breathe(written, signal, done);
      root.replace(file.path, file.content, file.mode);
      written++;
    }
  } catch (error) {
    // The manifest must not name files that were not written.
    const missing = new Set(stale.slice(written).map((file) => file.path));
    const whole = [...after].filter(([name]) => !missing.has(name));
    writeManifest(root, new Map([...before, ...whole]));
    throw error;
  }
  for (const name of changes.removed) root.remove(name);
  writeManifest(root, after);
}

/** The first difference between the folder and the lab; undefined if there is none. */
export function firstDifference(
  folder: string,
  files: Iterable<RenderedFile>,
): Difference | undefined {
  const root = new Folder(path.resolve(folder));
  const written = new Map<string, string>();
  for (const file of files) {
    written.set(file.path, digest(file.content));
    const difference = differenceAt(root, file);
    if (difference) return difference;
  }
  const obsolete = [...readManifest(root).keys()].find(
    (name) => !written.has(name) && root.read(name),
  );
  if (obsolete !== undefined) return { path: obsolete, kind: 'obsolete' };
  return differenceAt(root, { path: MANIFEST, mode: 0o644, content: formatManifest(written) });
}

function differenceAt(root: Folder, file: RenderedFile): Difference | undefined {
  const found = root.read(file.path);
  if (!found?.content) return { path: file.path, kind: 'missing' };
  const difference = compare(file, found.content);
  if (difference) return difference;
  return isSame(found, file) ? undefined : { path: file.path, kind: 'mode' };
}

function isSame(found: Found, file: RenderedFile): boolean {
  const sameMode = process.platform === 'win32' || found.executable === (file.mode === 0o755);
  return sameMode && found.content?.equals(bytesOf(file)) === true;
}

function bytesOf({ content }: RenderedFile): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function compare(file: RenderedFile, found: Buffer): Difference | undefined {
  if (found.equals(bytesOf(file))) return undefined;
  if (typeof file.content !== 'string') {
    const at = file.content.findIndex((byte, index) => byte !== found[index]);
    return { path: file.path, kind: 'differs', byte: (at < 0 ? file.content.length : at) + 1 };
  }
  const expected = file.content.split('\n');
  const lines = found.toString('utf8').split('\n');
  const at = expected.findIndex((line, index) => line !== lines[index]);
  const index = at < 0 ? expected.length : at;
  return {
    path: file.path,
    kind: 'differs',
    line: index + 1,
    expected: expected[index] ?? '',
    found: lines[index] ?? '',
  };
}

function readManifest(root: Folder): Manifest {
  const found = root.read(MANIFEST);
  if (!found) return new Map();
  return parseManifest(found.content?.toString('utf8') ?? '', path.join(root.root, MANIFEST));
}

function writeManifest(root: Folder, manifest: Manifest): void {
  const text = formatManifest(manifest);
  if (root.read(MANIFEST)?.content?.toString('utf8') === text) return;
  root.replace(MANIFEST, text, 0o644);
}
