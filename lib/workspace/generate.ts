/** Brings a folder to what a lab renders to: plan what differs, then write just that. */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import type { RenderedFile } from '../render/file.js';
import { Folder } from './folder.js';
import { digest, formatManifest, MANIFEST, type Manifest, parseManifest } from './manifest.js';

export interface Changes {
  /** The folder, absolute. */
  readonly folder: string;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  /** Written by an earlier `generate`, no longer part of the lab. */
  readonly removed: readonly string[];
  /** No longer part of the lab, but edited since: left where they are. */
  readonly kept: readonly string[];
}

/** Where the folder first departs from the lab. */
export interface Difference {
  readonly path: string;
  readonly kind: 'missing' | 'differs' | 'mode' | 'obsolete';
  /** 1-based line of the first difference in a text; 1-based byte in anything else. */
  readonly line?: number;
  readonly byte?: number;
  readonly expected?: string;
  readonly found?: string;
}

export interface WriteOptions {
  /** Says what would change, and changes nothing. */
  readonly dryRun?: boolean;
  /** Also replaces files that redis-lab did not write. */
  readonly force?: boolean;
}

/**
 * Writes what differs, removes what an earlier run wrote and this one does not, touches nothing
 * else. Synchronous on purpose: an interrupt is handled when it is over, never in the middle.
 * @throws WorkspaceError when the folder cannot be read or written, or when a file of somebody
 * else is in the way; then nothing was changed
 */
export function writeFiles(
  folder: string,
  files: Iterable<RenderedFile>,
  { dryRun = false, force = false }: WriteOptions = {},
): Changes {
  const root = new Folder(path.resolve(folder));
  const wanted = [...files];
  const before = readManifest(root);
  const changes = plan(root, wanted, before);
  if (!force) refuseForeign(root, changes.updated, before);
  if (!dryRun) apply(root, wanted, before, changes);
  return changes;
}

function plan(root: Folder, wanted: readonly RenderedFile[], before: Manifest): Changes {
  const changes = {
    folder: root.root,
    created: [] as string[],
    updated: [] as string[],
    unchanged: [] as string[],
    removed: [] as string[],
    kept: [] as string[],
  };
  for (const file of wanted) {
    const found = root.read(file.path);
    const state = !found ? 'created' : isSame(found, file) ? 'unchanged' : 'updated';
    changes[state].push(file.path);
  }
  const names = new Set(wanted.map((file) => file.path));
  for (const [name, sha256] of before) {
    const found = names.has(name) ? undefined : root.read(name);
    if (found) changes[digest(found.content) === sha256 ? 'removed' : 'kept'].push(name);
  }
  return changes;
}

function refuseForeign(root: Folder, updated: readonly string[], before: Manifest): void {
  const foreign = updated.filter((name) => !before.has(name));
  if (foreign.length === 0) return;
  throw new WorkspaceError(
    `${root.root} already has ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ` and ${foreign.length - 5} more` : ''}, which redis-lab did not write. Nothing was changed. Name another folder with --out, or replace them with --force.`,
  );
}

function apply(
  root: Folder,
  wanted: readonly RenderedFile[],
  before: Manifest,
  changes: Changes,
): void {
  const after = new Map(wanted.map((file) => [file.path, digest(file.content)]));
  const stale = new Set([...changes.created, ...changes.updated]);
  if (stale.size + changes.removed.length > 0) {
    // Should this run be cut short, the next one knows the older files and the newer as ours.
    writeManifest(root, new Map([...before, ...after]));
  }
  for (const file of wanted) {
    if (stale.has(file.path)) root.replace(file.path, file.content, file.mode);
  }
  for (const name of changes.removed) root.remove(name);
  writeManifest(root, after);
}

/** The first difference between the folder and the lab, or undefined when there is none. */
export function firstDifference(
  folder: string,
  files: Iterable<RenderedFile>,
): Difference | undefined {
  const root = new Folder(path.resolve(folder));
  const names = new Set<string>();
  for (const file of files) {
    names.add(file.path);
    const found = root.read(file.path);
    if (!found) return { path: file.path, kind: 'missing' };
    const difference = compare(file, found.content);
    if (difference) return difference;
    if (!isSame(found, file)) return { path: file.path, kind: 'mode' };
  }
  const obsolete = [...readManifest(root).keys()].find(
    (name) => !names.has(name) && root.read(name),
  );
  return obsolete === undefined ? undefined : { path: obsolete, kind: 'obsolete' };
}

function isSame(found: { content: Buffer; executable: boolean }, file: RenderedFile): boolean {
  const sameMode = process.platform === 'win32' || found.executable === (file.mode === 0o755);
  return sameMode && found.content.equals(bytesOf(file));
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
  return found
    ? parseManifest(found.content.toString('utf8'), path.join(root.root, MANIFEST))
    : new Map();
}

function writeManifest(root: Folder, manifest: Manifest): void {
  const text = formatManifest(manifest);
  if (root.read(MANIFEST)?.content.toString('utf8') === text) return;
  root.replace(MANIFEST, text, 0o644);
}
