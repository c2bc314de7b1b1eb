/** Endpoints of a lab's servers, and the node at an endpoint. */
import type { LabModel, NodeModel } from '../model/model.js';
import type { Tls, Via } from '../model/reach.js';
import type { Secret } from '../model/secret.js';

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Its password; absent: it has none. */
  readonly auth?: Secret;
  /** Absent: no TLS. */
  readonly tls?: Tls;
  /** Opens a connection to it; absent: this machine connects directly. */
  readonly via?: Via;
}

export function redisEndpoint(node: NodeModel): Endpoint {
  return endpointOn(node, node.redisPort);
}

export function sentinelEndpoint(node: NodeModel): Endpoint {
  return endpointOn(node, node.sentinelPort);
}

function endpointOn({ ip, auth, tls, via }: NodeModel, port: number): Endpoint {
  return { host: ip, port, ...(auth && { auth }), ...(tls && { tls }), ...(via && { via }) };
}

export function redisNodes(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.runsRedis);
}

/** The node whose Redis server is at an endpoint. */
export function nodeAt(lab: LabModel, endpoint: Endpoint): NodeModel | undefined {
  return redisNodes(lab).find((node) => sameEndpoint(redisEndpoint(node), endpoint));
}

/**
 * How to connect to an endpoint that a server named. Only the lab's own servers get the password. An address outside the lab is
 * connected to from a node: it may mean something else on this machine.
 */
export function reachable(lab: LabModel, { host, port }: Endpoint): Endpoint {
  const node = nodeAt(lab, { host, port });
  const via = lab.nodes[0]?.via;
  return node ? redisEndpoint(node) : { host, port, ...(via && { via }) };
}

/** Name of the node at an endpoint; for one outside the lab, `host:port`. */
export function nameOf(lab: LabModel, endpoint: Endpoint): string {
  return nodeAt(lab, endpoint)?.name ?? endpointText(endpoint);
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.port === b.port;
}

export function endpointText({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
