import { usage } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Fault, FaultHost } from './fault.js';
import type { FaultOptions } from './options.js';
import { addRules, between, lackOf, removeRules } from './packet-filter.js';

const KIND = 'partition';

export const partition: Fault = {
  kind: KIND,
  describe:
    'no packet passes between the node and the other nodes, or those of --from; this machine still reaches all',
  target: 'node',
  needs: 'packet-filter',
  done: 'it and the other nodes do not reach each other; this machine still reaches all of them',
  comesBack: 'connected',
  takes: ['from', 'oneWay', 'traffic'],
  lacks: (host, node) => lackOf(host, node, 'iptables'),
  async inject(host, node, options) {
    const mark = [KIND, node.name] as const;
    const places = rulesOf(host, node, options);
    // Side by side: what begins on one node before it does on another is no single fault.
    const added = await Promise.allSettled(
      places.map(([on, rules]) => addRules(host, on, 'filter', mark, rules)),
    );
    const failed = added.find((each) => each.status === 'rejected');
    if (!failed) return;
    for (const [on] of places) await removeRules(host, on, 'filter', mark).catch(() => undefined);
    throw failed.reason;
  },
  async undo(host, node) {
    const targets = await removeRules(host, node, 'filter', [KIND]);
    return targets.map((name) => ({ code: 'mended.reachable', values: { node: name } }));
  },
};

/** What is dropped where. */
function rulesOf(
  host: FaultHost,
  node: NodeModel,
  { from = [], oneWay, traffic }: FaultOptions,
): [NodeModel, string[]][] {
  const ends = host.lab.nodes.filter(({ name }) => from.includes(name));
  if (traffic === 'sentinel') {
    return ends.map((end) => {
      const rule = `OUTPUT ${fromSentinel(host, end)} -d ${node.ip} -p tcp --dport ${node.redisPort} -j DROP`;
      return [end, [rule]];
    });
  }
  const rules = ends.flatMap((end) =>
    between(host, node, end, oneWay).map((rule) => `${rule} -j DROP`),
  );
  return [[node, rules]];
}

/** @throws RedisLabError (2) where what a Sentinel sends is like everything else */
function fromSentinel(host: FaultHost, node: NodeModel): string {
  const words = host.fromSentinel?.(node);
  if (words !== undefined) return words;
  throw usage(
    `What the Sentinel of ${node.name} sends cannot be told from what others send there: traffic sentinel is not for this backend.`,
    'fault.not-offered',
  );
}
