/**
 * The description of a lab, as a user writes it: in `redis-lab.yaml`, or as an object for
 * `buildLab()`. Every key has a default, and no description at all gives the course's lab.
 */
import type { Language } from '../model/languages.js';
import type { Role } from '../model/model.js';

/** Milliseconds, or a text with a unit: `5000`, `'500ms'`, `'5s'`, `'3m'`. */
export type Duration = number | string;

/** Megabytes (MiB), or a text with a unit: `1024`, `'512M'`, `'2G'`. */
export type Size = number | string;

/** A description: what `buildLab()` takes. Every key has a default. */
export interface LabSpec {
  /** Names the lab in machine names, networks and reports: lower-case letters, digits, hyphens. Default `redis-lab`. */
  name?: string | undefined;
  /** The lab's own private IPv4 network in CIDR form. Default `192.168.100.0/24`; its first address is the host's. */
  network?: string | undefined;
  /** The machines. Default: `master` (2048 MB), `slave1` and `slave2` (1024 MB each), at .11, .12, .13. */
  nodes?: readonly NodeSpec[] | undefined;
  redis?: RedisSpec | undefined;
  sentinel?: SentinelSpec | undefined;
  vagrant?: VagrantSpec | undefined;
  incus?: IncusSpec | undefined;
  /** Language of what people read, the handout, the report of `verify`, the terminal: `en` or `id`. Default `en`. */
  language?: Language | undefined;
}

/** A machine. */
export interface NodeSpec {
  /** Host name. Default: `master`, `slave1`, `slave2` …, `sentinel1` … by role. */
  name?: string | undefined;
  /** Address in the lab's network. Default: the network's address + 11, + 12 … by position. */
  ip?: string | undefined;
  /** Default 2048 MB for the master, 1024 MB for others. At least 512 MB; what builds Redis needs 1024. */
  memory?: Size | undefined;
  /** Virtual CPUs, 1 to 64. Default 2. */
  cpus?: number | undefined;
  /** What the node starts as; a `sentinel` node holds no data. Default `replica`. */
  role?: Role | undefined;
  /** Whether a Sentinel runs here too. Default true. */
  sentinel?: boolean | undefined;
  /** `replica-priority`: the lowest above 0 is promoted first, 0 never. Default 100, Redis's own. */
  priority?: number | undefined;
}

/** Redis, the same on every node. */
export interface RedisSpec {
  /** Default `redis`. */
  engine?: 'redis' | 'valkey' | undefined;
  /** The whole version, `x.y.z`. Default: redis 8.2.8, valkey 8.1.9; with `install: package`, what Debian and Ubuntu carry. */
  version?: string | undefined;
  source?: SourceSpec | undefined;
  /** `source`: built from the verified release. `package`: the distribution's own. Default `source`. */
  install?: 'source' | 'package' | undefined;
  /** Default 6379. */
  port?: number | undefined;
  /** What survives on disk: `none`, `rdb` (Redis's default save points) or `aof` (fsync every second). Default `rdb`. */
  persistence?: 'none' | 'rdb' | 'aof' | undefined;
  /** `min-replicas-to-write`: the master refuses writes with fewer replicas in touch. Default 0, off. */
  minReplicasToWrite?: number | undefined;
  /** systemd restarts a crashed Redis after this delay; `no` leaves it down, which lets the failover happen. Default `no`. */
  restart?: Duration | false | undefined;
  /** `enable-debug-command`, which `DEBUG SEGFAULT` needs (Redis 7.0+). Default `local`. */
  debugCommand?: 'no' | 'local' | 'yes' | boolean | undefined;
  /** Extra lines for every redis.conf, as Redis would read them. */
  config?: readonly string[] | undefined;
}

/** Where the source comes from, with `install: source`. */
export interface SourceSpec {
  /** http(s) address of the release's tar.gz. Default: the project's own. */
  url?: string | undefined;
  /** SHA-256 of that file, 64 hex digits. Default: the published one of a version that redis-lab knows. */
  sha256?: string | undefined;
  /** More addresses of the very same file, tried in turn. */
  mirrors?: readonly string[] | undefined;
  /** Runs the release's own `make test` after the build (about 8 minutes). Default false. */
  test?: boolean | undefined;
}

/** The Sentinels, all alike. */
export interface SentinelSpec {
  /** What Sentinel calls the master. Default `mymaster`. */
  masterName?: string | undefined;
  /** Default 26379. */
  port?: number | undefined;
  /** Sentinels that must agree that the master is down. Default 2. */
  quorum?: number | undefined;
  /** `down-after-milliseconds`. Default 5000. */
  downAfter?: Duration | undefined;
  /** `failover-timeout`. Default 10000. */
  failoverTimeout?: Duration | undefined;
  /** `parallel-syncs`. Default 1, Sentinel's own. */
  parallelSyncs?: number | undefined;
}

/** What only the backend vagrant looks at. */
export interface VagrantSpec {
  /** A box with cloud-init and its NoCloud data source. Default `cloud-image/ubuntu-24.04`. */
  box?: string | undefined;
  /** Version constraint of the box. Default: any. */
  version?: string | undefined;
  virtualbox?: VirtualBoxSpec | undefined;
  libvirt?: LibvirtSpec | undefined;
}

/** Vagrant with VirtualBox. */
export interface VirtualBoxSpec {
  /** Shows each machine's window. Default false. */
  gui?: boolean | undefined;
  /** One base disk for all machines, which saves several GB. Default true. */
  linkedClone?: boolean | undefined;
}

/** Vagrant with libvirt. */
export interface LibvirtSpec {
  /** `kvm`, or `qemu` for software emulation (about 22 times slower). Default `kvm`. */
  driver?: 'kvm' | 'qemu' | undefined;
  /** How libvirt connects the management network: `nat`, or `none` for a lab without Internet. Default `nat`. */
  managementNetworkMode?: 'nat' | 'none' | undefined;
  /** Cache mode of the disks; `unsafe` is fast and loses data with the host. Default `default`. */
  diskCache?: 'default' | 'none' | 'writeback' | 'unsafe' | undefined;
}

/** What only the backend incus looks at. */
export interface IncusSpec {
  /**
   * An image with cloud-init: an alias of the server that runs the lab, or `REMOTE:ALIAS`. Default: Ubuntu 24.04,
   * `images:ubuntu/24.04/cloud` with Incus, `ubuntu:24.04` with LXD.
   */
  image?: string | undefined;
  /** The server that runs the lab, a remote of the client. Default `local`. */
  remote?: string | undefined;
  /** Default `default`. */
  project?: string | undefined;
  /** Virtual machines instead of system containers. Default false. */
  vm?: boolean | undefined;
  /**
   * Network of the server that gives the nodes a way out, for packages: its name, `none`, or `auto`, the one that
   * the project's default profile uses, if any. The lab's own network leads nowhere. Default `auto`.
   */
  uplink?: string | undefined;
  /**
   * Whether this machine has the first address of the lab's network. Without one, labs with the same addresses run side by
   * side, and nothing on this machine reaches them but by the server: redis-lab asks through a command on each node.
   * Default true.
   */
  hostAddress?: boolean | undefined;
  /**
   * `required`: a server that cannot enforce memory and CPU limits is refused. `wanted`: the nodes run there
   * all the same, without. Default `required`.
   */
  limits?: 'required' | 'wanted' | undefined;
}
