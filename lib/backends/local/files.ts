/** The files of a lab's nodes on this machine. */
import type { LabModel, NodeModel } from '../../model/model.js';
import { shellQuote } from '../../render/lab-env.js';
import type { Layout } from '../../render/layout.js';
import { redisConf } from '../../render/redis-conf.js';
import { sentinelConf } from '../../render/sentinel-conf.js';
import type { Service } from '../backend.js';
import { servicesOf } from '../services.js';
import type { LocalServer } from './local-server.js';
import { at, binFolder, configFile, dataFolder, logFile, nodeFolder, type Place } from './place.js';

/**
 * Writes what is not there. A configuration that is there belongs to its server, which has written
 * into it what it learnt.
 */
export function writeNodes(place: Place, lab: LabModel, server: LocalServer): void {
  const { folder } = place;
  for (const { node, service } of servicesOf(lab)) {
    folder.makeFolder(dataFolder(node.name, service));
    const config = configFile(node.name, service);
    if (!folder.read(config))
      folder.replace(config, configuration(place, lab, node, service), 0o600);
    const log = logFile(node.name, service);
    if (!folder.read(log)) folder.replace(log, '', 0o600);
  }
  for (const node of lab.nodes) {
    for (const name of ['redis-cli', 'valkey-cli']) {
      const file = `${binFolder(node.name)}/${name}`;
      const script = clientScript(node, server);
      if (folder.read(file)?.content?.toString('utf8') !== script)
        folder.replace(file, script, 0o700);
    }
  }
}

/** Whether a node's Redis server will follow another one: after a failover, that is not as described. */
export function startsAsReplica({ folder }: Place, { name }: NodeModel): boolean {
  const text = folder.read(configFile(name, 'redis'))?.content?.toString('utf8') ?? '';
  return /^(?:replicaof|slaveof) /m.test(text);
}

function configuration(place: Place, lab: LabModel, node: NodeModel, service: Service): string {
  const layout: Layout = {
    kitDir: at(place, nodeFolder(node.name)),
    configDir: at(place, `${nodeFolder(node.name)}/etc`),
    dataDir: at(place, dataFolder(node.name, service)),
    loopback: [],
  };
  return service === 'redis' ? redisConf(lab, node, layout) : sentinelConf(lab, node, layout);
}

/** The client that reaches this node without being told; what it is told comes later and counts. */
function clientScript(node: NodeModel, { cli }: LocalServer): string {
  const port = node.runsRedis ? node.redisPort : node.sentinelPort;
  return `#!/bin/sh\nexec ${shellQuote(cli)} -h ${shellQuote(node.ip)} -p ${shellQuote(port)} "$@"\n`;
}
