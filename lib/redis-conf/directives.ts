/** What is known of directives, by engine and version: `directives.txt`. */
import { compareVersions, type Engine } from '../model/releases.js';
import { readSignature, type Signature } from './arguments.js';
import { table } from './directives.generated.js';
import { lowerCase } from './parse.js';

/** What a directive can do, as `directives.txt` explains. */
export type DirectiveClass = 'owned' | 'path' | 'script' | 'door' | 'free';

interface Row {
  readonly class: DirectiveClass;
  /** Which versions have it, as the table says it. */
  readonly versions: Readonly<Record<Engine, string>>;
  readonly takes: string;
}

let rows: ReadonlyMap<string, readonly Row[]> | undefined;

/** The rows of a name, in any case. The table is read at the first call: most commands don't need it. */
function rowsOf(name: string): readonly Row[] {
  const all = readTable();
  // Most names are in lower case already.
  return all.get(name) ?? all.get(lowerCase(name)) ?? [];
}

function readTable(): ReadonlyMap<string, readonly Row[]> {
  if (rows) return rows;
  const read = new Map<string, Row[]>();
  for (const line of table.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [name = '', kind, redis = '', valkey = '', takes = ''] = line.split(/ {2,}/);
    const row = { class: kind as DirectiveClass, versions: { redis, valkey }, takes };
    read.set(name, [...(read.get(name) ?? []), row]);
  }
  rows = read;
  return read;
}

/**
 * What a directive of any engine and version can do; undefined for one that redis-lab does not know. The name may be in any
 * case; one of Sentinel's own has both words: `sentinel auth-pass`.
 */
export function classOf(name: string): DirectiveClass | undefined {
  return rowsOf(name)[0]?.class;
}

/** The current name of a directive, in lower case: `replicaof` for `slaveof`, Redis's name for one of Valkey. */
export function currentName(name: string): string {
  const { takes = '' } = rowsOf(name)[0] ?? {};
  return takes.startsWith('= ') ? takes.slice(2) : lowerCase(name);
}

type DirectiveStatus =
  | { readonly kind: 'known' | 'unknown' }
  /** Not in this version: exists since a later one, or was removed in an earlier one. */
  | { readonly kind: 'since' | 'until'; readonly version: string };

/** What one version knows. */
export interface Directives {
  /** Whether a core build accepts the directive, in any case. */
  status(name: string): DirectiveStatus;
  /** What a directive takes; undefined where it is not known. */
  signature(name: string): Signature | undefined;
}

const versions = new Map<string, Directives>();
const states = new Map<string, DirectiveStatus>();
const names = new Map<string, readonly string[]>();
const notations = new Map<string, Signature>();

/** What `engine` at `version` (x.y.z) knows: asked for at every line of a file, so what was looked up is kept. */
export function directivesOf(engine: Engine, version: string): Directives {
  return kept(versions, `${engine} ${version}`, () => {
    const signatures = new Map<string, Signature>();
    const status = (name: string) => directiveStatus(engine, version, name);
    return {
      status,
      signature(name) {
        const known = signatures.get(name);
        // Only names that are known are kept, so that nobody can fill it up.
        if (known !== undefined || status(name).kind !== 'known') return known;
        const notation = notationOf(engine, version, name);
        // What is written the same is the same one, for each version.
        return kept(signatures, lowerCase(name), () =>
          kept(notations, notation, () => readSignature(notation)),
        );
      },
    };
  });
}

/** Whether a core build of `engine` at `version` (x.y.z) accepts the directive, in any case. */
export function directiveStatus(engine: Engine, version: string, name: string): DirectiveStatus {
  const row = rowsOf(name).find(({ versions }) => versions[engine] !== '-');
  if (!row) return { kind: 'unknown' };
  return kept(states, `${version} ${row.versions[engine]}`, () => statusOf(row, engine, version));
}

function statusOf(row: Row, engine: Engine, version: string): DirectiveStatus {
  const [since = '', until] = row.versions[engine].split('-');
  if (until && compareVersions(version, until) >= 0) return { kind: 'until', version: until };
  const firsts = since.split(',');
  const own = firsts.find((first) => branch(first) === branch(version)) ?? firsts.at(-1) ?? '0';
  if (compareVersions(version, own) >= 0) return { kind: 'known' };
  const next = firsts.find((first) => compareVersions(first, version) > 0);
  return { kind: 'since', version: next ?? own };
}

/** What a directive takes in a version; undefined where it is not known there. */
export function signatureOf(engine: Engine, version: string, name: string): Signature | undefined {
  return directivesOf(engine, version).signature(name);
}

function notationOf(engine: Engine, version: string, name: string): string {
  const some = rowsOf(currentName(name)).filter(({ versions }) => versions[engine] !== '-');
  const row = some.findLast(
    ({ versions }) => compareVersions(version, versions[engine].split(/[-,]/)[0] ?? '0') >= 0,
  );
  // A version before the current name existed took the same under the old one.
  return (row ?? some[0] ?? rowsOf(currentName(name))[0])?.takes ?? '';
}

/** All names that {@link directiveStatus} calls known, sorted: of redis.conf, or those that only a sentinel.conf has. */
export function knownDirectives(
  engine: Engine,
  version: string,
  file: 'redis' | 'sentinel' = 'redis',
): readonly string[] {
  return kept(names, `${engine} ${version} ${file}`, () =>
    [...readTable().keys()]
      .filter((name) => name.startsWith('sentinel ') === (file === 'sentinel'))
      .filter((name) => directiveStatus(engine, version, name).kind === 'known')
      .sort(),
  );
}

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key);
  if (known !== undefined) return known;
  const made = make();
  all.set(key, made);
  return made;
}

function branch(version: string): string {
  return version.split('.', 2).join('.');
}
