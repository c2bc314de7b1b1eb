/** Which node has a role of the replication at this moment, by what the running lab says. Pure: a status in, a name out. */
import { EXIT, RedisLabError } from '../errors.js';
import type { LabStatus, NodeStatus } from '../report/types.generated.js';

export const ROLES = ['@master', '@replica'] as const;

/** `@master`: the node that is the master now. `@replica`: the first replica, in the order of the description, that answers. */
export type NodeRole = (typeof ROLES)[number];

/** The name of a node, or a role that one has at the moment of the call. */
export type NodeTarget = NodeRole | (string & {});

export function isRole(target: string): target is NodeRole {
  return ROLES.some((role) => role === target);
}

/**
 * The name of the node that has a role.
 * @throws RedisLabError (1) when that is not clear: no node has it, two do, or the Sentinels name another; with what
 * each node says
 */
export function nodeInRole(role: NodeRole, status: LabStatus): string {
  return role === '@master' ? theMaster(status) : firstReplica(status);
}

function theMaster(status: LabStatus): string {
  const masters = namesOf(status.nodes.filter(({ redis }) => redis?.role === 'master'));
  const [master] = masters;
  if (master === undefined) throw unclear('@master', 'no node is the master now', status);
  if (masters.length > 1) {
    throw unclear('@master', `${masters.join(' and ')} each say that they are the master`, status);
  }
  const doubting = status.nodes.filter(
    ({ sentinel }) => sentinel && sentinel.master !== null && sentinel.master !== master,
  );
  if (doubting.length === 0) return master;
  throw unclear(
    '@master',
    `${master} says that it is the master, and not every Sentinel agrees`,
    status,
  );
}

function firstReplica(status: LabStatus): string {
  const [replica] = namesOf(status.nodes.filter(({ redis }) => redis?.role === 'replica'));
  if (replica === undefined) throw unclear('@replica', 'no replica answers', status);
  return replica;
}

function namesOf(nodes: readonly NodeStatus[]): string[] {
  return nodes.map(({ node }) => node);
}

function unclear(role: NodeRole, why: string, { lab, nodes }: LabStatus): RedisLabError {
  return new RedisLabError(
    [
      `Which node is ${role} of the lab ${lab} is not clear: ${why}.`,
      ...nodes.map((node) => `  ${node.node}: ${saying(node)}`),
      'Wait until a failover is over (redis-lab status --watch), or name the node.',
    ].join('\n'),
    { exitCode: EXIT.no, code: 'role.unclear' },
  );
}

function saying({ redis, sentinel }: NodeStatus): string {
  return [
    ...(redis ? [redisSays(redis)] : []),
    ...(sentinel
      ? [
          sentinel.master === null
            ? `its Sentinel is ${sentinel.state}`
            : `its Sentinel names ${sentinel.master}`,
        ]
      : []),
  ].join('; ');
}

function redisSays({ role, state, follows }: NonNullable<NodeStatus['redis']>): string {
  if (role === 'master') return 'Redis says master';
  if (role === 'replica') return `Redis says replica of ${follows}`;
  return `Redis is ${state}`;
}
