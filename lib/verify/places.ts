/** Addresses of a lab's servers, and the other way round. */
import type { LabModel, NodeModel } from '../model/model.js';
import { type Place, placeText } from '../redis-view/connection.js';

export function redisPlace(node: NodeModel): Place {
  return { host: node.ip, port: node.redisPort };
}

export function sentinelPlace(node: NodeModel): Place {
  return { host: node.ip, port: node.sentinelPort };
}

export function redisNodes(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.runsRedis);
}

/** The node whose Redis server is at a place. */
export function nodeAt(lab: LabModel, place: Place): NodeModel | undefined {
  return redisNodes(lab).find((node) => samePlace(redisPlace(node), place));
}

/** Name of the node at a place; for one outside the lab, `host:port`. */
export function nameOf(lab: LabModel, place: Place): string {
  return nodeAt(lab, place)?.name ?? placeText(place);
}

export function samePlace(a: Place, b: Place): boolean {
  return a.host === b.host && a.port === b.port;
}
