import {
  type LabModel,
  masterOf,
  type NodeModel,
  replicasOf,
  sentinelsOf,
} from '../model/model.js';
import { quoteArgument } from '../redis-conf/quote.js';
import type { Layout } from './layout.js';
import { fill } from './template.js';

/**
 * Up to this many nodes, each sentinel.conf lists all others. Each file grows with the number of nodes, and all files
 * together with its square: in a larger lab the Sentinels find each other by themselves.
 */
const MOST_NODES_TOLD = 50;

/** sentinel.conf of a node that runs a Sentinel. */
export function sentinelConf(lab: LabModel, node: NodeModel, layout: Layout): string {
  const master = masterOf(lab);
  return fill('node/sentinel.conf', {
    ...lab.sentinel,
    config: lab.sentinel.config ?? [],
    node: node.name,
    bind: [node.ip, ...layout.loopback].join(' '),
    ip: node.ip,
    id: node.sentinelId,
    port: node.sentinelPort,
    dataDir: quoteArgument(layout.dataDir),
    masterIp: master.ip,
    redisPort: master.redisPort,
    known: lab.nodes.length <= MOST_NODES_TOLD ? knownBefore(lab, node) : [],
  });
}

/** The lines that Sentinel itself would add when it has met the others. */
function knownBefore(lab: LabModel, self: NodeModel): string[] {
  const { masterName } = lab.sentinel;
  return [
    ...replicasOf(lab).map(
      (replica) => `sentinel known-replica ${masterName} ${replica.ip} ${replica.redisPort}`,
    ),
    ...sentinelsOf(lab)
      .filter((other) => other !== self)
      .map(
        (other) =>
          `sentinel known-sentinel ${masterName} ${other.ip} ${other.sentinelPort} ${other.sentinelId}`,
      ),
  ];
}
