/** What follows from a fault: the role of its node at that moment and what is left of the lab decide. Pure: a status in, sentences out. */
import { type Message, message } from '../report/messages.js';
import type { LabStatus, NodeStatus } from '../report/types.generated.js';
import type { Fault } from './fault.js';

export interface Settings {
  readonly downAfterMs: number;
  readonly minReplicasToWrite: number;
  /** The nodes at the other end of a fault that is between nodes, if it is not every other node. */
  readonly from?: readonly string[] | undefined;
}

export type Role = 'master' | 'replica' | 'sentinel' | 'unclear';

/** Of a node, as the lab is now. */
export function roleOf(node: string, { master, nodes }: LabStatus): Role {
  const { redis } = nodes.find((each) => each.node === node) ?? {};
  if (redis === null) return 'sentinel';
  if (master === node) return 'master';
  return redis?.role === 'replica' ? 'replica' : 'unclear';
}

/** Sentences by codes; none for a fault or a role that does not tell. */
export function expectation(
  { target, comesBack }: Pick<Fault, 'target' | 'comesBack'>,
  node: string,
  status: LabStatus,
  { downAfterMs, minReplicasToWrite, from }: Settings,
): Message[] {
  const role = roleOf(node, status);
  if (comesBack === 'over' || comesBack === 'slowed') {
    return [message(`expect.${comesBack}`, { downAfterMs })];
  }
  if (comesBack === 'unsaved' || comesBack === 'tilt') {
    return [...stays(status), message(`expect.${comesBack}`, { node })];
  }
  if ((comesBack === undefined && target !== 'sentinel') || role === 'unclear') return [];
  // With its node, its Sentinel is gone as well.
  const takesSentinel = target !== 'redis';
  const others = status.nodes.filter((each) => each.node !== node);
  const replicas = others.filter(isReplica).map((each) => each.node);
  const sentinels = status.nodes.filter(({ sentinel }) => sentinel);
  const watching = (takesSentinel ? others : status.nodes).filter(watches);
  const votes = {
    left: watching.length,
    total: sentinels.length,
    needed: Math.max(status.quorum, Math.floor(sentinels.length / 2) + 1),
  };
  const canVote = votes.left >= votes.needed;
  if (target === 'sentinel' || comesBack === undefined) {
    return [...stays(status), message(canVote ? 'expect.reserve' : 'expect.no-reserve', votes)];
  }
  const blind = sentinels.filter((each) => from?.includes(each.node)).length;
  if (role === 'master' && from && blind < status.quorum) {
    return [message('expect.few-blind', { blind, quorum: status.quorum })];
  }
  if (role === 'master') {
    if (replicas.length === 0) return [message('expect.no-replica')];
    if (!canVote) return [message('expect.no-majority', votes)];
    const failover = message('expect.failover', { downAfterMs, replicas: replicas.join(', ') });
    if (comesBack === 'connected' && minReplicasToWrite > 0) {
      return [failover, message('expect.refuses-alone', { node, min: minReplicasToWrite })];
    }
    return [failover, message(`expect.${comesBack}`, { node })];
  }
  const { master } = status;
  const refuses = role === 'replica' && replicas.length < minReplicasToWrite;
  return [
    ...stays(status),
    ...(refuses
      ? [message('expect.refuses', { min: minReplicasToWrite, left: replicas.length })]
      : []),
    ...(takesSentinel && !canVote ? [message('expect.no-reserve', votes)] : []),
    ...(role === 'replica' && master !== null
      ? [message('expect.catches-up', { node, master })]
      : []),
  ];
}

function stays({ master }: LabStatus): Message[] {
  return master === null ? [] : [message('expect.no-failover', { master })];
}

function isReplica({ redis }: NodeStatus): boolean {
  return redis?.role === 'replica' && redis.state === 'running';
}

function watches({ sentinel }: NodeStatus): boolean {
  return sentinel?.state === 'running';
}
