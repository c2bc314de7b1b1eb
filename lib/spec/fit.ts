/** Fits a lab to the server that really runs it, if that is not the one described. Pure. */
import { SpecError } from '../errors.js';
import { freeze } from '../model/freeze.js';
import type { LabModel, RedisModel } from '../model/model.js';
import { compareVersions, type Engine, OLDEST_VERSION } from '../model/releases.js';
import { refusedLines, whyRefused } from './config-line.js';
import { type Finding, toProblem } from './finding.js';
import { hasDebugDirective } from './resolve.js';
import { whySentinelRefuses } from './sentinel-line.js';

/** The server that is installed here. */
export interface Actual {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
}

/**
 * The lab with files that suit the installed server; nothing is left to fetch or build.
 * @throws SpecError with every line that this server does not understand, or because the server is too old
 */
export function fitTo(lab: LabModel, { engine, version }: Actual): LabModel {
  const subject = `the description, for the ${engine} ${version} that is here,`;
  const problems = [...misfits(lab, { engine, version })].map((each) => toProblem(each));
  if (problems.length > 0) throw new SpecError(problems, subject);
  const redis: RedisModel = {
    ...lab.redis,
    engine,
    version,
    install: 'package',
    source: { urls: [], sha256: '', test: false },
    debugCommand: hasDebugDirective(engine, version) ? (lab.redis.debugCommand ?? 'local') : null,
  };
  return freeze({ ...lab, redis });
}

function* misfits({ redis, sentinel }: LabModel, { engine, version }: Actual): Iterable<Finding> {
  if (compareVersions(version, OLDEST_VERSION[engine]) < 0) {
    yield {
      code: 'spec.version.too-old',
      path: ['redis', 'version'],
      seen: version,
      message: 'is older than redis-lab can write a configuration for',
      fix: `install ${engine} ${OLDEST_VERSION[engine]} or newer`,
    };
    return;
  }
  if (redis.debugCommand === 'no' && !hasDebugDirective(engine, version)) {
    yield {
      code: 'spec.debug-command.missing',
      path: ['redis', 'debugCommand'],
      seen: 'no',
      message: `needs enable-debug-command, which came with redis 7.0; ${version} always allows DEBUG`,
      fix: 'remove the line, or install a newer version',
    };
  }
  const { masterName, config = [] } = sentinel;
  yield* refusedLines(['sentinel', 'config'], config, (line) =>
    whySentinelRefuses(line, masterName, engine, version),
  );
  yield* refusedLines(['redis', 'config'], redis.config, (line) =>
    whyRefused(line, engine, version),
  );
}
