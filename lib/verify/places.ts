/** Addresses of a lab's servers, and the other way round. */
import type { LabModel, NodeModel } from '../model/model.js';
import { type Place, placeText } from '../redis-view/connection.js';

export function redisPlace(node: NodeModel): Place {
  return placeOn(node, node.redisPort);
}

export function sentinelPlace(node: NodeModel): Place {
  return placeOn(node, node.sentinelPort);
}

function placeOn({ ip, auth }: NodeModel, port: number): Place {
  return { host: ip, port, ...(auth ? { auth } : {}) };
}

export function redisNodes(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.runsRedis);
}

/** The node whose Redis server is at a place. */
export function nodeAt(lab: LabModel, place: Place): NodeModel | undefined {
  return redisNodes(lab).find((node) => samePlace(redisPlace(node), place));
}

/** A place that a server named, as one to connect to: with the password only where it is the lab's own. */
export function reachable(lab: LabModel, place: Place): Place {
  const node = nodeAt(lab, place);
  return node ? redisPlace(node) : { host: place.host, port: place.port };
}

/** Name of the node at a place; for one outside the lab, `host:port`. */
export function nameOf(lab: LabModel, place: Place): string {
  return nodeAt(lab, place)?.name ?? placeText(place);
}

export function samePlace(a: Place, b: Place): boolean {
  return a.host === b.host && a.port === b.port;
}
