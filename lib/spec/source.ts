/** The digest of a source that is to be downloaded: asked for only where one is. */
import { type Problem, SpecError } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { knownVersions } from '../model/releases.js';
import { quote } from './path.js';

/** What is wrong with a description whose source has no digest; undefined for one that has, or that has no source. */
export function sourceProblem({
  engine,
  version,
  install,
  source,
}: RedisModel): Problem | undefined {
  if (install !== 'source' || source.sha256 !== '') return undefined;
  return {
    code: 'spec.version.no-digest',
    path: 'redis.version',
    seen: quote(version),
    message: `of ${engine} has no SHA-256 that redis-lab knows`,
    fix: `use ${knownVersions(engine).join(', ')}, or give redis.source.sha256`,
  };
}

/** @throws SpecError where nobody could tell whether what is downloaded is the source */
export function requireDigest(redis: RedisModel): void {
  const problem = sourceProblem(redis);
  if (problem) throw new SpecError([problem]);
}
