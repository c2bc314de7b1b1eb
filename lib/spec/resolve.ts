/** Turns a description of the right shape into the complete model. Every default is decided here. */

import { DEFAULT_BOX, distributionOf } from '../model/distributions.js';
import { macAddress, sentinelId } from '../model/identity.js';
import { fewestNetworks, toAddress, toNetwork, toNumber } from '../model/ipv4.js';
import {
  clientsOf,
  isClient,
  type LabModel,
  type MachineModel,
  type RedisModel,
} from '../model/model.js';
import {
  compareVersions,
  DEFAULT_VERSION,
  type Engine,
  knownSha256,
  releaseUrl,
} from '../model/releases.js';
import type { Path } from './path.js';
import type { LabSpec, NodeSpec, RedisSpec } from './types.generated.js';
import { toMegabytes, toMilliseconds } from './units.js';

/** The course's machines. */
export const DEFAULT_NODES: readonly NodeSpec[] = [
  { name: 'master', role: 'master' },
  { name: 'slave1' },
  { name: 'slave2' },
];

const FIRST_NODE_OFFSET = 11;

/** Never throws for a description of the right shape; whether the lab makes sense is for the rules. */
export function resolve(spec: LabSpec): LabModel {
  const name = spec.name ?? 'redis-lab';
  const network = toNetwork(spec.network ?? '192.168.100.0/24');
  const written = machineDefaults(spec.nodes ?? DEFAULT_NODES);
  const builder = builderIn(written);
  const redis = resolveRedis(spec);
  const sentinelPort = spec.sentinel?.port ?? 26379;
  const machines = written.map((machine, index): MachineModel => {
    const card = {
      ip: machine.ip ?? toAddress(toNumber(network.address) + FIRST_NODE_OFFSET + index),
      uplinkMac: macAddress(name, machine.name, 'uplink'),
      labMac: macAddress(name, machine.name, 'lab'),
    };
    if (machine.role === 'client') return { ...machine, ...card };
    return {
      ...machine,
      redisPort: redis.port,
      sentinelPort,
      builds: machine === builder,
      ...card,
      sentinelId: sentinelId(name, machine.name),
    };
  });
  const clients = machines.filter(isClient);
  const others = spec.allow ?? [];
  return {
    name,
    network,
    nodes: machines.filter((machine) => !isClient(machine)),
    ...(clients.length > 0 ? { clients } : {}),
    allow: [...new Set([...allowed([network.host, ...machines.map(({ ip }) => ip)]), ...others])],
    ...(others.length > 0 ? { others } : {}),
    redis,
    sentinel: {
      masterName: spec.sentinel?.masterName ?? 'mymaster',
      port: sentinelPort,
      quorum: spec.sentinel?.quorum ?? 2,
      downAfterMs: toMilliseconds(spec.sentinel?.downAfter ?? 5000),
      failoverTimeoutMs: toMilliseconds(spec.sentinel?.failoverTimeout ?? 10_000),
      parallelSyncs: spec.sentinel?.parallelSyncs ?? 1,
      ...(spec.sentinel?.config?.length ? { config: spec.sentinel.config } : {}),
    },
    vagrant: {
      box: spec.vagrant?.box ?? DEFAULT_BOX,
      version: spec.vagrant?.version ?? null,
      virtualbox: {
        gui: spec.vagrant?.virtualbox?.gui ?? false,
        linkedClone: spec.vagrant?.virtualbox?.linkedClone ?? true,
      },
      libvirt: {
        driver: spec.vagrant?.libvirt?.driver ?? 'kvm',
        managementNetworkMode: spec.vagrant?.libvirt?.managementNetworkMode ?? 'nat',
        diskCache: spec.vagrant?.libvirt?.diskCache ?? 'default',
      },
    },
    incus: {
      image: spec.incus?.image ?? null,
      remote: spec.incus?.remote ?? 'local',
      project: spec.incus?.project ?? 'default',
      vm: spec.incus?.vm ?? false,
      uplink: spec.incus?.uplink ?? 'auto',
      limits: spec.incus?.limits ?? 'required',
      ...(spec.incus?.hostAddress === false ? { hostAddress: false } : {}),
      ...(spec.incus?.member === undefined ? {} : { member: spec.incus.member }),
      ...(spec.incus?.processes === undefined ? {} : { processes: spec.incus.processes }),
      ...(spec.incus?.diskGb === undefined ? {} : { diskGb: spec.incus.diskGb }),
    },
    language: spec.language ?? 'en',
  };
}

/** The machines of a lab in the order of its description, in which paths count them. */
export function machinesAsWritten(spec: LabSpec, lab: LabModel): MachineModel[] {
  const [nodes, clients] = [[...lab.nodes], [...clientsOf(lab)]];
  return (spec.nodes ?? DEFAULT_NODES).flatMap(
    ({ role }) => (role === 'client' ? clients : nodes).shift() ?? [],
  );
}

/** The names of all machines, given or by default. */
export function nodeNames(nodes: readonly NodeSpec[]): string[] {
  const ordinals = new Map<MachineModel['role'], number>();
  return nodes.map(({ name, role = 'replica' }) => {
    const ordinal = (ordinals.get(role) ?? 0) + 1;
    ordinals.set(role, ordinal);
    return name ?? defaultName(role, ordinal);
  });
}

/**
 * What Debian's installation guide recommends without a desktop (section 3.4), and the least that a node may have: a client
 * runs a shell and redis-cli. With the course's lab that is 4.5 GB, which a laptop of 8 GB has.
 */
const CLIENT_MB = 512;

function machineDefaults(nodes: readonly NodeSpec[]) {
  const names = nodeNames(nodes);
  return nodes.map((node, index) => {
    const { role = 'replica' } = node;
    const [name, ip] = [names[index] ?? '', node.ip];
    if (role === 'client') {
      return {
        name,
        ip,
        memoryMb: toMegabytes(node.memory ?? CLIENT_MB),
        cpus: node.cpus ?? 1,
        role,
      };
    }
    return {
      name,
      ip,
      memoryMb: toMegabytes(node.memory ?? (role === 'master' ? 2048 : 1024)),
      cpus: node.cpus ?? 2,
      role,
      runsRedis: role !== 'sentinel',
      runsSentinel: node.sentinel ?? true,
      priority: node.priority ?? 100,
    };
  });
}

function defaultName(role: MachineModel['role'], ordinal: number): string {
  if (role === 'master') return 'master';
  return `${role === 'replica' ? 'slave' : role}${ordinal}`;
}

function builderIn<M extends Pick<MachineModel, 'role' | 'memoryMb'>>(
  machines: readonly M[],
): M | undefined {
  const nodes = machines.filter(({ role }) => role !== 'client');
  const most = Math.max(...nodes.map(({ memoryMb }) => memoryMb));
  return nodes.find(({ memoryMb }) => memoryMb === most);
}

/** Up to this many addresses, each has a firewall rule of its own, which is easier to read; more are merged. */
const MOST_RULES = 16;

function allowed(addresses: string[]): string[] {
  return addresses.length <= MOST_RULES ? addresses : fewestNetworks(addresses);
}

/** The box and the image that a description names. */
export function writtenSystems({ vagrant, incus }: LabSpec): { path: Path; name: string }[] {
  const box = vagrant?.box === undefined ? [] : [{ path: ['vagrant', 'box'], name: vagrant.box }];
  const image = incus?.image === undefined ? [] : [{ path: ['incus', 'image'], name: incus.image }];
  return [...box, ...image];
}

/** The package's version in the first system that has one, else redis-lab's default. */
function packagedVersion(spec: LabSpec, engine: Engine): string {
  const names = [...writtenSystems(spec).map(({ name }) => name), DEFAULT_BOX];
  const versions = names.flatMap((name) => distributionOf(name)?.packages[engine] ?? []);
  return versions[0] ?? DEFAULT_VERSION[engine];
}

function resolveRedis(whole: LabSpec): RedisModel {
  const spec = whole.redis ?? {};
  const engine: Engine = spec.engine ?? 'redis';
  const install = spec.install ?? 'source';
  const version =
    spec.version ??
    (install === 'package' ? packagedVersion(whole, engine) : DEFAULT_VERSION[engine]);
  const source = spec.source ?? {};
  return {
    engine,
    version,
    install,
    source:
      install === 'package'
        ? { urls: [], sha256: '', test: false }
        : {
            urls: [source.url ?? releaseUrl(engine, version), ...(source.mirrors ?? [])],
            sha256: (source.sha256 ?? knownSha256(engine, version) ?? '').toLowerCase(),
            test: source.test ?? false,
          },
    port: spec.port ?? 6379,
    persistence: spec.persistence ?? 'rdb',
    minReplicasToWrite: spec.minReplicasToWrite ?? 0,
    restartMs: restartDelay(spec.restart),
    debugCommand: debugCommand(spec.debugCommand, hasDebugDirective(engine, version)),
    config: spec.config ?? [],
  };
}

/** `enable-debug-command` came with Redis 7.0 and was in Valkey from its start. */
export function hasDebugDirective(engine: Engine, version: string): boolean {
  return engine === 'valkey' || compareVersions(version, '7.0') >= 0;
}

function restartDelay(restart: RedisSpec['restart']): number | null {
  if (restart === undefined || restart === false || restart === 'no') return null;
  return toMilliseconds(restart);
}

function debugCommand(
  wanted: RedisSpec['debugCommand'],
  supported: boolean,
): RedisModel['debugCommand'] {
  if (!supported) return null;
  if (wanted === undefined) return 'local';
  if (typeof wanted === 'boolean') return wanted ? 'yes' : 'no';
  return wanted;
}
