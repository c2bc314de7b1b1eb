/**
 * The lab: what the description becomes. Frozen, complete, in one set of units. Files, backends, scenarios and handouts are
 * all made from it, so they cannot disagree.
 */

import type { Network } from './ipv4.js';
import type { Language } from './languages.js';
import type { Tls, Via } from './reach.js';
import type { Engine } from './releases.js';
import type { Secret } from './secret.js';

/** TCP port on which the node that builds hands its build to the others. */
export const SHARE_PORT = 8637;

/** A description with every default filled in. Frozen. Times in milliseconds, memory in MiB. */
export interface LabModel {
  readonly name: string;
  readonly network: Network;
  /** The machines that run servers, in the order of the description. */
  readonly nodes: readonly NodeModel[];
  /** Those that run none, in the order of the description; absent where there are none. For all together: `machinesOf`. */
  readonly clients?: readonly ClientModel[];
  /** Addresses and networks that the firewalls let in: exactly the lab's machines, the host, and {@link others}. */
  readonly allow: readonly string[];
  /** Machines outside the lab that its description lets in, as `allow` there has them; absent where it has none. */
  readonly others?: readonly string[];
  readonly redis: RedisModel;
  readonly sentinel: SentinelModel;
  readonly vagrant: VagrantModel;
  readonly incus: IncusModel;
  readonly language: Language;
}

/** What a node starts as; `sentinel`: it runs no Redis server. */
export type Role = 'master' | 'replica' | 'sentinel';

/** What every machine of a lab has, whatever runs on it. */
export interface Machine {
  /** Unique in the lab; its host name. */
  readonly name: string;
  /** IPv4 address in the lab's network. */
  readonly ip: string;
  /** Megabytes. */
  readonly memoryMb: number;
  readonly cpus: number;
  /** MAC address of the first network card, which reaches the Internet, `xx:xx:xx:xx:xx:xx`. */
  readonly uplinkMac: string;
  /** MAC address of the second network card, in the lab's network. */
  readonly labMac: string;
}

/** A machine of the lab that runs a Redis server, a Sentinel, or both. */
export interface NodeModel extends Machine {
  readonly role: Role;
  /** Whether a Redis server runs here: all but Sentinel-only nodes. */
  readonly runsRedis: boolean;
  readonly runsSentinel: boolean;
  /** TCP port of this node's Redis server: `redis.port`, except where nodes share one address. */
  readonly redisPort: number;
  /** TCP port of this node's Sentinel: `sentinel.port`, except where nodes share one address. */
  readonly sentinelPort: number;
  /** `replica-priority`. */
  readonly priority: number;
  /** Whether this node builds Redis for all: the one with most memory, the first of equals. */
  readonly builds: boolean;
  /** Run id of the Sentinel on this node, 40 hex digits, fixed so that the others can know it beforehand. */
  readonly sentinelId: string;
  /** The password that this node's servers ask for; absent where they ask for none. */
  readonly auth?: Secret;
  /** Absent where they speak no TLS. */
  readonly tls?: Tls;
  /** How a stream to them is had; absent where this machine connects to them. */
  readonly via?: Via;
}

/** A machine of the lab that runs none of its servers: clients are run on it, such as `redis-cli`. */
export interface ClientModel extends Machine {
  readonly role: 'client';
}

/** Any machine of the lab. */
export type MachineModel = NodeModel | ClientModel;

/** The servers of the lab, the same on every node. */
export interface RedisModel {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
  readonly install: 'source' | 'package';
  readonly source: {
    /** The main address, then the mirrors; empty with `install: package`. */
    readonly urls: readonly string[];
    /** 64 lower-case hex digits; empty with `install: package`. */
    readonly sha256: string;
    readonly test: boolean;
  };
  readonly port: number;
  readonly persistence: 'none' | 'rdb' | 'aof';
  /** `min-replicas-to-write`; 0: off. */
  readonly minReplicasToWrite: number;
  /** Delay after which systemd restarts a crashed Redis; null: it stays down. */
  readonly restartMs: number | null;
  /** null where the version has no such directive (before 7.0, where DEBUG is always allowed). */
  readonly debugCommand: 'no' | 'local' | 'yes' | null;
  readonly config: readonly string[];
}

/** The Sentinels of the lab, all alike. */
export interface SentinelModel {
  readonly masterName: string;
  readonly port: number;
  readonly quorum: number;
  /** `sentinel.downAfter` of the description, `down-after-milliseconds` of Sentinel. */
  readonly downAfterMs: number;
  /** `failover-timeout`. */
  readonly failoverTimeoutMs: number;
  /** `parallel-syncs`. */
  readonly parallelSyncs: number;
  /** Further lines of sentinel.conf; absent where there are none. */
  readonly config?: readonly string[];
}

/** Read by the backend `vagrant` only. */
export interface VagrantModel {
  readonly box: string;
  /** null: any version. */
  readonly version: string | null;
  readonly virtualbox: { readonly gui: boolean; readonly linkedClone: boolean };
  readonly libvirt: {
    readonly driver: 'kvm' | 'qemu';
    readonly managementNetworkMode: 'nat' | 'none';
    readonly diskCache: 'default' | 'none' | 'writeback' | 'unsafe';
  };
}

/** Read by the backend `incus` only. */
export interface IncusModel {
  /** null: Ubuntu 24.04, from the remote where the client (Incus or LXD) has it. */
  readonly image: string | null;
  readonly remote: string;
  readonly project: string;
  readonly vm: boolean;
  /** `auto`, `none`, or the name of a network. */
  readonly uplink: string;
  readonly limits: 'required' | 'wanted';
  /** Of a cluster, which has all machines of the lab; absent: the one with most free memory. */
  readonly member?: string;
  /** The most that run on a machine at once; absent: no limit. */
  readonly processes?: number;
  /** Gigabytes of a machine's disk; absent: no limit. */
  readonly diskGb?: number;
  /** Fingerprint of an image that has all of {@link image} and the server besides; absent: none. No description sets it. */
  readonly template?: string;
  /** `false`: this machine has no address in the lab's network; absent: it has the first. */
  readonly hostAddress?: false;
}

/** All machines: the nodes, then the clients. */
export function machinesOf(lab: LabModel): MachineModel[] {
  return [...lab.nodes, ...clientsOf(lab)];
}

export function clientsOf({ clients = [] }: LabModel): readonly ClientModel[] {
  return clients;
}

export function isClient(machine: MachineModel): machine is ClientModel {
  return machine.role === 'client';
}

/** The node that starts as master. */
export function masterOf(lab: LabModel): NodeModel {
  return only(
    lab.nodes.filter((node) => node.role === 'master'),
    'master',
  );
}

/** The node that builds Redis for all. */
export function builderOf(lab: LabModel): NodeModel {
  return only(
    lab.nodes.filter((node) => node.builds),
    'builder',
  );
}

export function replicasOf(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.role === 'replica');
}

export function sentinelsOf(lab: LabModel): NodeModel[] {
  return lab.nodes.filter((node) => node.runsSentinel);
}

/** Whether this machine hands its build to others. */
export function sharesBuild(lab: LabModel, node: MachineModel): boolean {
  return lab.redis.install === 'source' && !isClient(node) && node.builds && lab.nodes.length > 1;
}

function only(nodes: NodeModel[], what: string): NodeModel {
  const [node] = nodes;
  if (!node || nodes.length > 1) throw new Error(`a lab has one ${what}, not ${nodes.length}`);
  return node;
}
