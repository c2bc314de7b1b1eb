/** Addresses of a lab's servers, and the other way round. */
import type { LabModel, NodeModel } from '../model/model.js';
import type { Tls, Via } from '../model/reach.js';
import type { Secret } from '../model/secret.js';

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** What it wants to hear first; absent: nothing. */
  readonly auth?: Secret;
  /** Absent: it speaks no TLS. */
  readonly tls?: Tls;
  /** How a stream to it is had; absent: this machine connects to it. */
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
 * An endpoint that a server named, as one to connect to: with the password only where it is the lab's own. Another one is
 * where it is from the lab's nodes, which may be elsewhere than where this machine would get by its address.
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
