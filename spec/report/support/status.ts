import type { LabStatus, NodeStatus } from '../../../lib/report/types.generated.js';

export function status(change: Partial<LabStatus> = {}): LabStatus {
  return {
    lab: 'redis-lab',
    backend: 'local',
    state: 'running',
    server: { engine: 'redis', version: '7.0.15' },
    sameDescription: true,
    master: 'master',
    ready: true,
    problems: [],
    problemCodes: [],
    notes: [],
    noteCodes: [],
    quorum: 2,
    nodes: [
      nodeStatus('master', 11, { role: 'master', follows: null, link: null, replicas: 2 }),
      nodeStatus('slave1', 12),
      nodeStatus('slave2', 13),
    ],
    ...change,
  };
}

export function nodeStatus(
  node: string,
  host: number,
  redis: Partial<NonNullable<NodeStatus['redis']>> = {},
  sentinel: Partial<NonNullable<NodeStatus['sentinel']>> = {},
): NodeStatus {
  return {
    node,
    address: `127.0.100.${host}`,
    redis: {
      port: 6379,
      state: 'running',
      role: 'replica',
      follows: 'master',
      link: 'up',
      lagSeconds: redis.role === 'master' ? null : 0,
      offset: 1_234_567,
      replicas: null,
      ...redis,
    },
    sentinel: {
      port: 26379,
      state: 'running',
      master: 'master',
      flags: 'master',
      replicas: 2,
      sentinels: 2,
      quorum: 'OK 3 usable Sentinels. Quorum and failover authorization can be reached',
      quorumOk: true,
      tilt: false,
      ...sentinel,
    },
  };
}
