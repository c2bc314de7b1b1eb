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
import { checkLab } from '../redis-conf/rules/check.js';
import { type ConfSource, readConfiguration } from '../redis-conf/rules/configuration.js';
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
  readonly sources: readonly ConfSource[];
}

/** @throws RedisLabError (2) */
export async function runCheck(
  files: readonly (string | ConfigurationFile)[],
  { engine, version, kind, language }: CheckOptions = {},
): Promise<Run> {
  if (kind !== undefined && !CONF_KINDS.includes(kind)) {
    throw usage(
      `There is no kind ${JSON.stringify(kind)} of file. There is ${CONF_KINDS.join(', ')}.`,
    );
  }
  const targets = targetsOf(engine, version);
  const named = files.filter((each) => typeof each === 'string');
  const given = files.filter((each) => typeof each !== 'string');
  const as: { kind?: ConfKind } = kind === undefined ? {} : { kind };
  const sources = [...(await readConfFiles(named)), ...given].map((each) => ({ ...each, ...as }));
  const onDisk = includesIn(named);
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  const configuration = readConfiguration(sources, (target, from) => {
    const known = given.filter(({ name }) => name === target);
    const found = known.length > 0 ? known : onDisk(target, from);
    for (const each of found ?? []) texts.set(each.name, each.text);
    return found;
  });
  const result = checkResult(configuration, checkLab(configuration, targets), targets, language);
  return { result, sources, lines: (file) => (texts.get(file) ?? '').split('\n') };
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
