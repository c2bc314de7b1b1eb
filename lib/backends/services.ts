import type { LabModel, NodeModel } from '../model/model.js';
import type { BackendStatus, Service, ServiceOf, ServiceStatus } from './backend.js';

/** One server process of a lab, running or not. */
export interface LabService {
  /** `master redis` */
  readonly name: string;
  readonly node: NodeModel;
  readonly service: Service;
  readonly port: number;
}

/** Every service of a lab: the Redis servers, then the Sentinels. */
export function servicesOf(lab: LabModel): LabService[] {
  return (['redis', 'sentinel'] as const).flatMap((service) =>
    lab.nodes
      .filter((node) => (service === 'redis' ? node.runsRedis : node.runsSentinel))
      .map((node) => ({
        name: `${node.name} ${service}`,
        node,
        service,
        port: service === 'redis' ? node.redisPort : node.sentinelPort,
      })),
  );
}

/** Whether a call that names services is for this one. @param only absent: for all */
export function isMeant(
  { node, service }: Pick<LabService, 'node' | 'service'>,
  only: readonly ServiceOf[] | undefined,
): boolean {
  return only?.some((each) => each.node === node.name && each.service === service) ?? true;
}

/** A service that the lab must have. */
export function serviceOf(lab: LabModel, node: string, service: Service): LabService {
  const found = servicesOf(lab).find((each) => each.node.name === node && each.service === service);
  if (!found) throw new Error(`the lab has no ${service} on ${node}`);
  return found;
}

/** `127.77.100.11:6379` */
export function listenAddress({ node, port }: LabService): string {
  return `${node.ip}:${port}`;
}

/** `master's Redis server`, for messages. */
export function spoken({ node, service }: Pick<LabService, 'node' | 'service'>): string {
  return `${node.name}'s ${service === 'redis' ? 'Redis server' : 'Sentinel'}`;
}

/**
 * The state of a lab, by that of its services.
 * @param powered whether a machine or container of the lab runs
 */
export function overall(
  services: readonly Pick<ServiceStatus, 'state'>[],
  powered: boolean,
): Exclude<BackendStatus['state'], 'absent'> {
  if (services.every(({ state }) => state === 'running')) return 'running';
  if (services.some(({ state }) => state !== 'stopped')) return 'partial';
  return powered ? 'idle' : 'stopped';
}

/** Services in the form of {@link Backend.status}. */
export function statuses(
  found: readonly (LabService & Pick<ServiceStatus, 'state' | 'pid' | 'mayCome'>)[],
): ServiceStatus[] {
  return found.map(({ node, service, state, pid, mayCome }) => ({
    node: node.name,
    service,
    state,
    pid,
    ...(mayCome ? { mayCome } : {}),
  }));
}

export const ABSENT: BackendStatus = {
  state: 'absent',
  lab: undefined,
  server: undefined,
  sameDescription: true,
  services: [],
};
