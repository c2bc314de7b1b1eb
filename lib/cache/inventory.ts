/** The content of the cache, and whether it is sound. */
import path from 'node:path';
import type { Engine } from '../model/releases.js';
import { type Folder, MOST_KEPT } from '../workspace/folder.js';
import { isProgram } from '../workspace/inspect.js';
import { digest } from '../workspace/manifest.js';
import { flawOf, programsOf } from './cached-build.js';
import { foreignFlaw } from './foreign.js';
import { BUILDS, NODE_BUILDS, parseName, SOURCES, short } from './names.js';
import { nodeBuildAt } from './node-builds.js';

export type Kind = 'source' | 'local-build' | 'node-build' | 'leftover';

/** Something in the cache, as far as its name tells. */
export interface Kept {
  /** `leftover`: half-made, or of another version of redis-lab. */
  readonly kind: Kind;
  /** Path below the cache. */
  readonly name: string;
  /** null for a leftover, as are the next three. */
  readonly engine: Engine | null;
  readonly version: string | null;
  /** Distribution of a node's build, platform of one of this machine; null for a source. */
  readonly system: string | null;
  readonly architecture: string | null;
  readonly bytes: number;
}

/** The same, after a check of its content. */
export interface Judged extends Kept {
  /** Of the file; null for a folder of several. */
  readonly sha256: string | null;
  /** Why it is of no use, a sentence without its subject; null for what is sound. */
  readonly flaw: string | null;
  /** Whether the flaw is that another user could have put it there. */
  readonly foreign: boolean;
}

const KINDS: readonly (readonly [folder: string, kind: Kind])[] = [
  [SOURCES, 'source'],
  [BUILDS, 'local-build'],
  [NODE_BUILDS, 'node-build'],
];

/** Everything in our folders of the cache, sorted by name in each. */
export function inventory(folder: Folder): Kept[] {
  return KINDS.flatMap(([place, kind]) =>
    folder.list(place).map((entry): Kept => {
      const name = `${place}/${entry}`;
      const bytes = bytesBelow(folder, name);
      const named = parseName(place, entry);
      return named
        ? { kind, name, ...named, bytes }
        : { ...UNNAMED, kind: 'leftover', name, bytes };
    }),
  );
}

const UNNAMED = { engine: null, version: null, system: null, architecture: null };

/**
 * Compares the digest of a file, or asks a build of this machine for its version. A build for another machine, which may share
 * the home folder, is not run.
 * @throws the signal's reason
 */
export async function judge(
  folder: Folder,
  kept: Kept,
  signal: AbortSignal | undefined,
): Promise<Judged> {
  signal?.throwIfAborted();
  const foreign = foreignIn(folder, kept);
  if (foreign !== undefined) return { ...kept, sha256: null, flaw: foreign, foreign: true };
  return { ...kept, ...(await lookAt(folder, kept, signal)), foreign: false };
}

/** Only builds must be trusted: a source is checked by its digest, and half-made files are not used. */
function foreignIn(folder: Folder, { kind, name }: Kept): string | undefined {
  if (kind !== 'local-build' && kind !== 'node-build') return undefined;
  const below = kind === 'local-build' ? `${name}/bin` : name;
  const files = [name, ...folder.list(below).map((each) => `${below}/${each}`)];
  return foreignFlaw(...files.map((each) => path.join(folder.root, each)));
}

async function lookAt(
  folder: Folder,
  kept: Kept,
  signal: AbortSignal | undefined,
): Promise<Pick<Judged, 'sha256' | 'flaw'>> {
  switch (kept.kind) {
    case 'source':
      return sourceAt(folder, kept.name);
    case 'local-build':
      return { sha256: null, flaw: (await localFlaw(folder, kept, signal)) ?? null };
    case 'node-build': {
      const seen = await nodeBuildAt(folder, path.posix.basename(kept.name));
      return 'build' in seen ? { sha256: seen.build.sha256, flaw: null } : seen;
    }
    case 'leftover':
      return { sha256: null, flaw: 'is half-made, or of another version of redis-lab' };
  }
}

function sourceAt(folder: Folder, name: string): Pick<Judged, 'sha256' | 'flaw'> {
  const content = folder.read(name, MOST_KEPT)?.content;
  if (!content) return { sha256: null, flaw: 'it is no file' };
  const sha256 = digest(content);
  const [, wanted = ''] = /-([0-9a-f]+)\.tar\.gz$/.exec(name) ?? [];
  const fits = short(sha256) === wanted;
  return { sha256, flaw: fits ? null : `its SHA-256 is ${sha256}, not ${wanted}…` };
}

async function localFlaw(
  folder: Folder,
  { name, engine, version, system, architecture }: Kept,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (system !== process.platform || architecture !== process.arch) return undefined;
  if (engine === null || version === null) return undefined;
  const release = { engine, version };
  const [server, cli] = programsOf(release).map((program) =>
    path.join(folder.root, name, 'bin', program),
  ) as [string, string];
  for (const program of [server, cli]) {
    if (!isProgram(program)) return `there is no program bin/${path.basename(program)} in it`;
  }
  const flaw = await flawOf(server, release, signal);
  return flaw === undefined ? undefined : `its server ${flaw}`;
}

function bytesBelow(folder: Folder, name: string): number {
  const own = folder.readPart(name, 0, 0)?.size ?? 0;
  const below = folder.list(name).map((entry) => bytesBelow(folder, `${name}/${entry}`));
  return below.reduce((sum, bytes) => sum + bytes, own);
}
