import { builderOf, type LabModel, type RedisModel, SHARE_PORT } from '../model/model.js';
import { engineName } from './redis-conf.js';
import { fill } from './template.js';

/** Absolute path of the server on a node: built from source, or of the package. */
export function serverBinary(redis: RedisModel): string {
  const folder = redis.install === 'source' ? '/usr/local/bin' : '/usr/bin';
  return `${folder}/${redis.engine}-server`;
}

/** The unit of the data server. */
export function redisServerUnit(redis: RedisModel): string {
  return fill('node/redis-server.service', {
    engineName: engineName(redis),
    serverBinary: serverBinary(redis),
    restart: redis.restartMs === null ? 'no' : 'on-failure',
    restartSec: redis.restartMs === null ? null : redis.restartMs / 1000,
  });
}

/** The unit of the Sentinel. */
export function sentinelUnit(redis: RedisModel): string {
  return fill('node/redis-sentinel.service', {
    engineName: engineName(redis),
    serverBinary: serverBinary(redis),
  });
}

/** The unit that serves the builder's build to the other nodes. */
export function shareUnit(lab: LabModel): string {
  const builder = builderOf(lab);
  const takers = lab.nodes.filter((node) => node !== builder).map(({ ip }) => ip);
  return fill('node/redis-lab-share.service', {
    ip: builder.ip,
    port: SHARE_PORT,
    takers: takers.join(' '),
  });
}
