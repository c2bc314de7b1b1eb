/** Addresses of a lab's servers, and the other way round. */
import type { LabModel, NodeModel } from '../model/model.js';
import { type Endpoint, endpointText } from './connection.js';

export function redisEndpoint(node: NodeModel): Endpoint {
  return endpointOn(node, node.redisPort);
}

export function sentinelEndpoint(node: NodeModel): Endpoint {
  return endpointOn(node, node.sentinelPort);
}

function endpointOn({ ip, auth }: NodeModel, port: number): Endpoint {
  return { host: ip, port, ...(auth ? { auth } : {}) };
}

export function redisNodes(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.runsRedis);
}

/** The node whose Redis server is at an endpoint. */
export function nodeAt(lab: LabModel, endpoint: Endpoint): NodeModel | undefined {
  return redisNodes(lab).find((node) => sameEndpoint(redisEndpoint(node), endpoint));
}

/** An endpoint that a server named, as one to connect to: with the password only where it is the lab's own. */
export function reachable(lab: LabModel, endpoint: Endpoint): Endpoint {
  const node = nodeAt(lab, endpoint);
  return node ? redisEndpoint(node) : { host: endpoint.host, port: endpoint.port };
}

/** Name of the node at an endpoint; for one outside the lab, `host:port`. */
export function nameOf(lab: LabModel, endpoint: Endpoint): string {
  return nodeAt(lab, endpoint)?.name ?? endpointText(endpoint);
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.port === b.port;
}
