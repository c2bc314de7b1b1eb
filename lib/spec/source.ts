/** The digest of a source: needed only where it is downloaded. */
import { SpecError } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { knownVersions } from '../model/releases.js';
import { type Finding, toProblem } from './finding.js';

/** Why a source cannot be downloaded: redis-lab does not know its digest; undefined where it does, or nothing is built. */
export function sourceProblem({
  engine,
  version,
  install,
  source,
}: RedisModel): Finding | undefined {
  if (install !== 'source' || source.sha256 !== '') return undefined;
  return {
    code: 'spec.version.no-digest',
    path: ['redis', 'version'],
    seen: version,
    message: `of ${engine} has no SHA-256 that redis-lab knows`,
    fix: `use ${knownVersions(engine).join(', ')}, or give redis.source.sha256`,
  };
}

/** @throws SpecError (2) for a source without a known digest */
export function requireDigest(redis: RedisModel): void {
  const problem = sourceProblem(redis);
  if (problem) throw new SpecError([toProblem(problem)]);
}
