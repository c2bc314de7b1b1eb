import { type LabModel, masterOf, type NodeModel, type RedisModel } from '../model/model.js';
import { quoteArgument } from '../redis-conf/quote.js';
import type { Layout } from './layout.js';
import { fill } from './template.js';

/** redis.conf of a node that runs Redis. */
export function redisConf(lab: LabModel, node: NodeModel, layout: Layout): string {
  const { redis } = lab;
  const master = masterOf(lab);
  return fill('node/redis.conf', {
    engineName: engineName(redis),
    version: redis.version,
    node: node.name,
    bind: [node.ip, ...layout.loopback].join(' '),
    ip: node.ip,
    port: node.redisPort,
    dataDir: quoteArgument(layout.dataDir),
    masterIp: node.role === 'replica' ? master.ip : null,
    masterPort: master.redisPort,
    priority: node.priority,
    minReplicasToWrite: redis.minReplicasToWrite,
    persistence: redis.persistence,
    persistenceLines: PERSISTENCE[redis.persistence],
    debugCommand: redis.debugCommand,
    config: redis.config,
  });
}

export function engineName(redis: RedisModel): 'Redis' | 'Valkey' {
  return redis.engine === 'redis' ? 'Redis' : 'Valkey';
}

const PERSISTENCE: Readonly<Record<RedisModel['persistence'], readonly string[]>> = {
  none: ['save ""', 'appendonly no'],
  // Redis's own save points; before 7.0 they had to be said one by one.
  rdb: ['save 3600 1', 'save 300 100', 'save 60 10000', 'appendonly no'],
  aof: ['save 3600 1', 'save 300 100', 'save 60 10000', 'appendonly yes', 'appendfsync everysec'],
};
