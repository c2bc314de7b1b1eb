import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Fault, FaultHost } from './fault.js';

/**
 * Inserts or deletes rules before those of the firewall, marked by a comment; they also cut existing connections. Arguments:
 * `-I` or `-D`, then the addresses of the other nodes.
 */
const RULES = `
how=$1; shift
for address; do
  iptables -w 5 "$how" INPUT -s "$address" -m comment --comment redis-lab-partition -j DROP
  iptables -w 5 "$how" OUTPUT -d "$address" -m comment --comment redis-lab-partition -j DROP
done`;

/** A shell command: succeeds on a node that is cut off. */
export const IS_PARTITIONED = 'iptables -w 5 -S INPUT | grep -q redis-lab-partition';

export const partition: Fault = {
  kind: 'partition',
  describe: 'no packet passes between the node and the other nodes; this machine still reaches all',
  target: 'node',
  needs: 'packet-filter',
  done: 'it and the other nodes do not reach each other; this machine still reaches all of them',
  comesBack: 'connected',
  async inject(host, node) {
    if (!(await isPartitioned(host, node))) await filter(host, node, '-I');
  },
  async undo(host, node) {
    if (!(await isPartitioned(host, node))) return undefined;
    await filter(host, node, '-D');
    return { code: 'mended.reachable', values: { node: node.name } };
  },
};

async function isPartitioned(host: FaultHost, node: NodeModel): Promise<boolean> {
  return (await host.asRoot(node, IS_PARTITIONED)).code === 0;
}

async function filter(host: FaultHost, node: NodeModel, how: '-I' | '-D'): Promise<void> {
  const others = host.lab.nodes.filter(({ name }) => name !== node.name).map(({ ip }) => ip);
  const { code, said } = await host.asRoot(node, RULES, how, ...others);
  if (code === 0) return;
  throw new RedisLabError(
    `The packet filter of ${node.name} took no rules (ended with ${code}): ${said || 'it said nothing'}. Look there: redis-lab exec ${node.name} -- iptables -S`,
    { exitCode: EXIT.program },
  );
}
