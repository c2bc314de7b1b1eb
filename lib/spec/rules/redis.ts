import { SHARE_PORT } from '../../model/model.js';
import { compareVersions, OLDEST_VERSION } from '../../model/releases.js';
import { refusedLines, whyRefused } from '../config-line.js';
import type { Path } from '../path.js';
import { hasDebugDirective } from '../resolve.js';
import { sourceProblem } from '../source.js';
import type { Rule } from './rule.js';

const versionIsSupported: Rule = function* ({ lab, spec, sound }) {
  if (!sound(['redis', 'version'], ['redis', 'engine'])) return;
  const { engine, version } = lab.redis;
  if (spec.redis?.version === undefined) return;
  if (compareVersions(version, OLDEST_VERSION[engine]) >= 0) return;
  yield {
    code: 'spec.version.too-old',
    path: ['redis', 'version'],
    seen: version,
    message: 'is older than redis-lab can write a configuration for',
    fix: `use ${engine} ${OLDEST_VERSION[engine]} or newer`,
  };
};

/** Asked only of a description whose source is to be downloaded. */
export const versionHasDigest: Rule = function* ({ lab, spec, sound }) {
  const { engine, version } = lab.redis;
  const places: Path[] = [
    ['redis', 'version'],
    ['redis', 'engine'],
    ['redis', 'install'],
    ['redis', 'source', 'sha256'],
  ];
  // `versionIsSupported` says that one is too old.
  if (!sound(...places) || compareVersions(version, OLDEST_VERSION[engine]) < 0) return;
  const problem = sourceProblem(lab.redis);
  if (!problem) return;
  yield spec.redis?.version === undefined ? { ...problem, path: ['redis'] } : problem;
};

const packageHasNoSource: Rule = function* ({ lab, spec, sound }) {
  if (!sound(['redis', 'install']) || lab.redis.install !== 'package') return;
  if (spec.redis?.source === undefined) return;
  yield {
    code: 'spec.source.no-effect',
    path: ['redis', 'source'],
    message: 'has no effect with install: package',
    fix: 'remove one of the two',
  };
};

const debugDirectiveExists: Rule = function* ({ lab, spec, sound }) {
  const wanted = spec.redis?.debugCommand;
  if (wanted === undefined || !sound(['redis', 'version'], ['redis', 'engine'])) return;
  const { engine, version } = lab.redis;
  if (hasDebugDirective(engine, version)) return;
  yield {
    code: 'spec.debug-command.missing',
    path: ['redis', 'debugCommand'],
    seen: wanted,
    message: `needs enable-debug-command, which came with redis 7.0; ${version} always allows DEBUG`,
    fix: 'remove the line, or use a newer version',
  };
};

const restartLetsFailoverHappen: Rule = function* ({ lab, sound }) {
  const { restartMs } = lab.redis;
  if (restartMs === null || !sound(['redis', 'restart'], ['sentinel', 'downAfter'])) return;
  const least = lab.sentinel.downAfterMs + FAILOVER_MARGIN_MS;
  if (restartMs >= least) return;
  yield {
    code: 'spec.restart.too-soon',
    path: ['redis', 'restart'],
    seen: restartMs,
    message:
      '(ms) would cancel the failover: the master is back before the Sentinels have replaced it',
    fix: `use no, or at least ${least} (sentinel.downAfter + ${FAILOVER_MARGIN_MS} ms)`,
  };
};

/** Sentinels ask each other every second: agreement can take one period, election and promotion another. */
const FAILOVER_MARGIN_MS = 2000;

const enoughReplicasToWrite: Rule = function* ({ lab, sound }) {
  if (!sound(['redis', 'minReplicasToWrite'], ['nodes', '*', 'role'])) return;
  const replicas = lab.nodes.filter((node) => node.role === 'replica').length;
  if (lab.redis.minReplicasToWrite <= replicas) return;
  yield {
    code: 'spec.min-replicas.too-many',
    path: ['redis', 'minReplicasToWrite'],
    seen: lab.redis.minReplicasToWrite,
    message: `is more than the lab's ${replicas} replica${replicas === 1 ? '' : 's'}: no write would ever be accepted`,
    fix: replicas === 0 ? 'use 0' : `use 0 to ${replicas}, or add replicas`,
  };
};

const portsAreFree: Rule = function* ({ lab, sound }) {
  if (lab.redis.install !== 'source' || lab.nodes.length < 2) return;
  for (const [path, port] of [
    [['redis', 'port'], lab.redis.port],
    [['sentinel', 'port'], lab.sentinel.port],
  ] as const) {
    if (!sound(path) || port !== SHARE_PORT) continue;
    yield {
      code: 'spec.port.of-the-build',
      path,
      seen: port,
      message: 'is the port on which the node that builds hands its build to the others',
      fix: 'choose another',
    };
  }
};

const configLinesAreUnderstood: Rule = function* ({ lab, spec, sound }) {
  const { engine, version } = lab.redis;
  const known = sound(['redis', 'version'], ['redis', 'engine']) ? version : undefined;
  yield* refusedLines(['redis', 'config'], spec.redis?.config ?? [], (line, path) =>
    sound(path) ? whyRefused(line, engine, known) : undefined,
  );
};

export const redisRules: readonly Rule[] = [
  versionIsSupported,
  packageHasNoSource,
  debugDirectiveExists,
  restartLetsFailoverHappen,
  enoughReplicasToWrite,
  portsAreFree,
  configLinesAreUnderstood,
];
