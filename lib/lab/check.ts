/** Whether a configuration that somebody wrote is right. */
import { usage } from '../errors.js';
import {
  compareVersions,
  DEFAULT_VERSION,
  type Engine,
  knownVersions,
  OLDEST_VERSION,
  sameLine,
} from '../model/releases.js';
import { fixesOf } from '../redis-conf/fixes/fixes.js';
import { checkLab } from '../redis-conf/rules/check.js';
import {
  type Configuration,
  type ConfSource,
  readConfiguration,
} from '../redis-conf/rules/configuration.js';
import type { Target } from '../redis-conf/rules/finding.js';
import { CONF_KINDS, type ConfKind } from '../redis-conf/rules/kind.js';
import { checkResult } from '../report/check.js';
import type { CheckResult } from '../report/types.generated.js';
import { includesIn, readConfFiles } from '../workspace/conf-files.js';

/** For which servers a configuration is checked, and in which language. */
export interface CheckOptions {
  /** Default: both Redis and Valkey. */
  readonly engine?: Engine | undefined;
  /** `7.2` or `7.2.4`. Default: the versions that redis-lab builds unless told otherwise. */
  readonly version?: string | undefined;
  /** What the files are, where neither their content nor their names tell. */
  readonly kind?: 'redis' | 'sentinel' | 'acl' | 'unit' | undefined;
  /** `en` or `id`. Default: `en`. */
  readonly language?: string | undefined;
}

/** A file that need not be on a disk. */
export interface ConfigurationFile {
  readonly name: string;
  readonly text: string;
  /** Whose it is; by default its name tells. */
  readonly node?: string;
}

export interface Run {
  readonly result: CheckResult;
  /** What stands in a file, line by line. */
  readonly lines: (file: string) => readonly string[];
  /** Of each file by its name, those that are included too. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What was read, to be checked as it is or with other texts in its place. */
export interface Reading {
  /** @param texts by name of the file */
  check(texts?: ReadonlyMap<string, string>): Run;
}

/** @throws RedisLabError (2) */
export async function runCheck(
  files: readonly (string | ConfigurationFile)[],
  options: CheckOptions = {},
): Promise<Run> {
  return (await readForCheck(files, options)).check();
}

/** @throws RedisLabError (2) */
export async function readForCheck(
  files: readonly (string | ConfigurationFile)[],
  { engine, version, kind, language }: CheckOptions = {},
): Promise<Reading> {
  if (kind !== undefined && !CONF_KINDS.includes(kind)) {
    throw usage(
      `There is no kind ${JSON.stringify(kind)} of file. There is ${CONF_KINDS.join(', ')}.`,
    );
  }
  const targets = targetsOf(engine, version);
  const named = files.filter((each) => typeof each === 'string');
  const given = files.filter((each) => typeof each !== 'string');
  const as: { kind?: ConfKind } = kind === undefined ? {} : { kind };
  const read = [...(await readConfFiles(named)), ...given].map((each) => ({ ...each, ...as }));
  const onDisk = includesIn(named);
  const included = new Map<string, readonly ConfSource[] | undefined>();
  const look = (target: string, from: string) => {
    const known = given.filter(({ name }) => name === target);
    if (known.length > 0) return known;
    const key = `${from}\0${target}`;
    if (!included.has(key)) included.set(key, onDisk(target, from));
    return included.get(key);
  };
  return {
    check(others) {
      const texts = new Map<string, string>();
      const seen = (each: ConfSource) => {
        const text = others?.get(each.name) ?? each.text;
        texts.set(each.name, text);
        return { ...each, text };
      };
      const sources = read.map(seen);
      const configuration = readConfiguration(sources, (target, from) =>
        look(target, from)?.map(seen),
      );
      refuseForeign(configuration, sources);
      const lines = linesIn(texts);
      const checked = checkLab(configuration, targets);
      const fixes = fixesOf(configuration, checked.findings, targets, lines);
      const result = checkResult(configuration, checked, targets, language, fixes);
      return { result, texts, lines };
    },
  };
}

/** Of several, one is told of as a finding, and the others are checked. */
function refuseForeign({ files }: Configuration, sources: readonly ConfSource[]): void {
  if (sources.length === 0 || files.some(({ kind }) => kind !== 'foreign')) return;
  const names = sources.map(({ name }) => name).join(', ');
  throw usage(
    `${names} cannot be read as a configuration of Redis or Valkey: no directive of theirs stands there. If it is one, say which with --kind.`,
  );
}

function linesIn(texts: ReadonlyMap<string, string>): Run['lines'] {
  const split = new Map<string, readonly string[]>();
  return (file) => {
    const known = split.get(file) ?? (texts.get(file) ?? '').split('\n');
    split.set(file, known);
    return known;
  };
}

/** A line of versions stands for its newest release. */
function targetsOf(engine: Engine | undefined, version: string | undefined): Target[] {
  const engines: readonly Engine[] = engine === undefined ? ['redis', 'valkey'] : [engine];
  if (version === undefined) {
    return engines.map((each) => ({ engine: each, version: DEFAULT_VERSION[each] }));
  }
  if (!/^\d{1,3}\.\d{1,3}(?:\.\d{1,3})?$/.test(version)) {
    throw usage(`${JSON.stringify(version)} is no version. Write it as 7.2 or 7.2.4.`);
  }
  const targets = engines
    .filter(
      (each) =>
        compareVersions(`${version.split('.', 2).join('.')}.999`, OLDEST_VERSION[each]) >= 0,
    )
    // Valkey begins where Redis 7.2 ends.
    .map((each) => ({ engine: each, version: whole(each, version) }));
  if (targets.length > 0) return targets;
  throw usage(
    `What ${engines.join(' or ')} ${version} takes is not known: the oldest is ${engines.map((each) => `${each} ${OLDEST_VERSION[each]}`).join(', ')}.`,
  );
}

function whole(engine: Engine, version: string): string {
  if (version.split('.').length > 2) return version;
  const newest = knownVersions(engine)
    .filter((each) => sameLine(each, version))
    .toSorted(compareVersions)
    .at(-1);
  return newest ?? `${version}.0`;
}
