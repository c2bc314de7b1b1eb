/**
 * The description's shape, once: what `parse` checks, what `redis-lab schema` prints, and what the build makes the types of
 * `buildLab()` of, whose names are the titles. Each field says in words what it expects; every refusal of its value is made
 * of those words.
 */
import * as v from 'valibot';
import { DEFAULT_BOX, IMAGES } from '../model/distributions.js';
import { CIDR, IPV4 } from '../model/ipv4.js';
import { LANGUAGES } from '../model/languages.js';
import { DURATION, SIZE, toMegabytes, toMilliseconds } from './units.js';

/** Of one lab. */
export const MOST_NODES = 1000;

// Text is allowed as these patterns only. None lets a quote, a newline, `#{`, `{{`, a backslash or
// another character through that means something to Ruby, a shell, YAML, systemd or Redis.
export const HOST_NAME = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const VERSION = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const URL_TEXT = /^https?:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?\/[A-Za-z0-9._~/+%=&?,@:-]*$/;
const SHA256 = /^[0-9a-fA-F]{64}$/;
const MASTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const BOX = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
const BOX_VERSION =
  /^(?:(?:[<>=~!]=|~>|[<>=]) ?)?\d+(?:\.[0-9A-Za-z]+)*(?:, ?(?:(?:[<>=~!]=|~>|[<>=]) ?)?\d+(?:\.[0-9A-Za-z]+)*){0,4}$/;
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,200}$/;
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
// Printable ASCII: what Redis reads as one line, whatever the locale.
const CONFIG_LINE = /^[\x20-\x7e]{1,1024}$/;

type Schema = v.GenericSchema<unknown>;

/** An optional field: `expect` completes "must be …", `description` is for people and editors. */
function field<T extends Schema>(schema: T, expect: string, description: string) {
  return v.optional(v.pipe(schema, v.metadata({ expect }), v.description(description)));
}

function section<T extends v.ObjectEntries>(title: string, description: string, entries: T) {
  return field(
    v.pipe(v.strictObject(entries), v.title(title), v.description(description)),
    `a group of settings (${Object.keys(entries).join(', ')})`,
    description,
  );
}

const text = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const number = (min: number, max: number, description: string) =>
  field(integer(min, max), `a whole number from ${min} to ${max}`, description);
const flag = (description: string) => field(v.boolean(), 'true or false', description);
const choice = <const T extends readonly string[]>(options: T, description: string) =>
  field(v.picklist(options), `one of ${options.join(', ')}`, description);

const durationOf = (min: number, max: number) =>
  v.pipe(
    v.union([
      integer(min, max),
      v.pipe(
        text(DURATION),
        v.check((s) => toMilliseconds(s) >= min && toMilliseconds(s) <= max),
      ),
    ]),
    v.title('Duration'),
    v.description("Milliseconds, or a text with a unit: `5000`, `'500ms'`, `'5s'`, `'3m'`."),
  );
const duration = (min: number, max: number, description: string) =>
  field(
    durationOf(min, max),
    `a time from ${min} to ${max} milliseconds, such as 5000 or 5s`,
    description,
  );

const configLines = (file: string, reader: string) =>
  field(
    v.pipe(
      v.array(
        v.pipe(text(CONFIG_LINE), v.metadata({ expect: `one line of ${file} in printable ASCII` })),
      ),
      v.maxLength(300),
    ),
    `a list of at most 300 lines of ${file}`,
    `Extra lines for every ${file}, as ${reader} would read them.`,
  );

// Below 1024 a process needs a right that the hardened units do not have.
const port = (description: string) => number(1024, 65535, description);

const node = v.pipe(
  v.strictObject({
    name: field(
      text(HOST_NAME),
      'a host name: lower-case letters, digits and hyphens, a letter first, at most 32',
      'Host name. Default: `master`, `slave1`, `slave2` …, `sentinel1` …, `client1` … by role.',
    ),
    ip: field(
      text(IPV4),
      'an IPv4 address such as 192.168.100.11',
      "Address in the lab's network. Default: the network's address + 11, + 12 … by position.",
    ),
    memory: field(
      v.pipe(
        v.union([
          integer(512, 1_048_576),
          v.pipe(
            text(SIZE),
            v.check((s) => toMegabytes(s) >= 512 && toMegabytes(s) <= 1_048_576),
          ),
        ]),
        v.title('Size'),
        v.description("Megabytes (MiB), or a text with a unit: `1024`, `'512M'`, `'2G'`."),
      ),
      'a size from 512 to 1048576 MB, such as 1024 or 2G',
      'Default: 2048 MB for the master, 512 MB for a client, 1024 MB for others. At least 512 MB; what builds Redis needs 1024.',
    ),
    cpus: number(1, 64, 'Virtual CPUs, 1 to 64. Default: 1 for a client, 2 for others.'),
    role: choice(
      ['master', 'replica', 'sentinel', 'client'],
      'What the node starts as. A `sentinel` node holds no data. A `client` runs no server: it has an address, the names of the other machines, and `redis-cli`. Default `replica`.',
    ),
    sentinel: flag('Whether a Sentinel runs here too. Default true. Not for a client.'),
    priority: number(
      0,
      1_000_000,
      "`replica-priority`: the lowest above 0 is promoted first, 0 never. Default 100, Redis's own. Not for a client.",
    ),
  }),
  v.title('NodeSpec'),
  v.description('A machine.'),
  v.metadata({ expect: 'a node: name, ip, memory, cpus, role, sentinel, priority' }),
);

export const schema = v.pipe(
  v.strictObject({
    name: field(
      text(HOST_NAME),
      'a lab name: lower-case letters, digits and hyphens, a letter first, at most 32',
      'Names the lab in machine names, networks and reports: lower-case letters, digits, hyphens. Default `redis-lab`.',
    ),
    network: field(
      text(CIDR),
      'a network such as 192.168.100.0/24',
      "The lab's own private IPv4 network in CIDR form. Default `192.168.100.0/24`; its first address is the host's.",
    ),
    allow: field(
      v.pipe(
        v.array(
          v.pipe(
            v.union([text(IPV4), text(CIDR)]),
            v.metadata({ expect: 'an IPv4 address or network, such as 192.168.100.50' }),
          ),
        ),
        v.maxLength(100),
      ),
      'a list of at most 100 addresses and networks',
      'Machines that the lab does not make, such as web servers: addresses and networks that the firewall of each node lets in too, to all ports. Default: none. Processes of this machine have no firewall.',
    ),
    nodes: field(
      v.pipe(v.array(node), v.minLength(1), v.maxLength(MOST_NODES)),
      `a list of 1 to ${MOST_NODES} nodes`,
      'The machines. Default: `master` (2048 MB), `slave1` and `slave2` (1024 MB each), at .11, .12, .13.',
    ),
    redis: section('RedisSpec', 'Redis, the same on every node.', {
      engine: choice(['redis', 'valkey'], 'Default `redis`.'),
      version: field(
        text(VERSION),
        'a whole version in quotes, such as "8.2.8"',
        'The whole version, `x.y.z`. Default: redis 8.2.8, valkey 8.1.9; with `install: package`, that of the package of the box or image.',
      ),
      source: section('SourceSpec', 'Where the source comes from, with `install: source`.', {
        url: field(
          text(URL_TEXT),
          'an http or https address without blanks, quotes or shell characters',
          "http(s) address of the release's tar.gz. Default: the project's own.",
        ),
        sha256: field(
          text(SHA256),
          '64 hexadecimal digits',
          'SHA-256 of that file, 64 hex digits. Default: the published one of a version that redis-lab knows.',
        ),
        mirrors: field(
          v.pipe(
            v.array(
              v.pipe(
                text(URL_TEXT),
                v.metadata({
                  expect: 'an http or https address without blanks, quotes or shell characters',
                }),
              ),
            ),
            v.maxLength(20),
          ),
          'a list of at most 20 addresses',
          'More addresses of the very same file, tried in turn.',
        ),
        test: flag(
          "Runs the release's own `make test` after the build (about 8 minutes). Default false.",
        ),
      }),
      install: choice(
        ['source', 'package'],
        "`source`: built from the verified release. `package`: the distribution's own. Default `source`.",
      ),
      port: port('Default 6379.'),
      persistence: choice(
        ['none', 'rdb', 'aof'],
        "What survives on disk: `none`, `rdb` (Redis's default save points) or `aof` (fsync every second). Default `rdb`.",
      ),
      minReplicasToWrite: number(
        0,
        1000,
        '`min-replicas-to-write`: the master refuses writes with fewer replicas in touch. Default 0, off.',
      ),
      restart: field(
        v.union([v.literal(false), v.literal('no'), durationOf(1000, 86_400_000)]),
        'no, or the delay after which systemd restarts a crashed Redis, such as 15s',
        'systemd restarts a crashed Redis after this delay; `no` leaves it down, which lets the failover happen. Default `no`.',
      ),
      debugCommand: field(
        v.union([v.picklist(['no', 'local', 'yes']), v.boolean()]),
        'one of no, local, yes',
        '`enable-debug-command`, which `DEBUG SEGFAULT` needs (Redis 7.0+). Default `local`.',
      ),
      config: configLines('redis.conf', 'Redis'),
    }),
    sentinel: section('SentinelSpec', 'The Sentinels, all alike.', {
      masterName: field(
        text(MASTER_NAME),
        'a name of letters, digits, dots, underscores and hyphens, at most 63',
        'What Sentinel calls the master. Default `mymaster`.',
      ),
      port: port('Default 26379.'),
      quorum: number(1, 1000, 'Sentinels that must agree that the master is down. Default 2.'),
      downAfter: duration(100, 600_000, '`down-after-milliseconds`. Default 5000.'),
      failoverTimeout: duration(1000, 3_600_000, '`failover-timeout`. Default 10000.'),
      parallelSyncs: number(1, 1000, "`parallel-syncs`. Default 1, Sentinel's own."),
      config: configLines('sentinel.conf', 'Sentinel'),
    }),
    vagrant: section('VagrantSpec', 'What only the backend vagrant looks at.', {
      box: field(
        text(BOX),
        `the name of a box, such as ${DEFAULT_BOX}`,
        `A box with cloud-init and its NoCloud data source. Default \`${DEFAULT_BOX}\`.`,
      ),
      version: field(
        text(BOX_VERSION),
        'a version or a constraint, such as ">= 20250101" (in a file with its quotes)',
        'Version constraint of the box. Default: any.',
      ),
      virtualbox: section('VirtualBoxSpec', 'Vagrant with VirtualBox.', {
        gui: flag("Shows each machine's window. Default false."),
        linkedClone: flag('One base disk for all machines, which saves several GB. Default true.'),
      }),
      libvirt: section('LibvirtSpec', 'Vagrant with libvirt.', {
        driver: choice(
          ['kvm', 'qemu'],
          '`kvm`, or `qemu` for software emulation (about 22 times slower). Default `kvm`.',
        ),
        managementNetworkMode: choice(
          ['nat', 'none'],
          'How libvirt connects the management network: `nat`, or `none` for a lab without Internet. Default `nat`.',
        ),
        diskCache: choice(
          ['default', 'none', 'writeback', 'unsafe'],
          'Cache mode of the disks; `unsafe` is fast and loses data with the host. Default `default`.',
        ),
      }),
    }),
    incus: section('IncusSpec', 'What only the backend incus looks at.', {
      image: field(
        text(IMAGE),
        `an image, such as ${IMAGES.incus[0]}`,
        `An image with cloud-init: an alias of the server that runs the lab, or \`REMOTE:ALIAS\`. Default: \`${IMAGES.incus[0]}\` with Incus, \`${IMAGES.lxc[0]}\` with LXD.`,
      ),
      remote: field(
        text(IDENTIFIER),
        'the name of a remote',
        'The server that runs the lab, a remote of the client. Default `local`.',
      ),
      project: field(text(IDENTIFIER), 'the name of a project', 'Default `default`.'),
      vm: flag('Virtual machines instead of system containers. Default false.'),
      uplink: field(
        text(IDENTIFIER),
        'the name of a network, auto or none',
        "Network of the server that gives the nodes a way out, for packages: its name, `none`, or `auto`, the one that the project's default profile uses, if any. The lab's own network leads nowhere. Default `auto`.",
      ),
      hostAddress: flag(
        "Whether this machine has the first address of the lab's network. Without one, labs with the same addresses run side by side, and nothing on this machine reaches them but by the server: redis-lab asks through a command on each node. Default true.",
      ),
      member: field(
        text(IDENTIFIER),
        'the name of a member',
        'Of a cluster: the member that has all machines of the lab. Default: the one that has most free memory at the first `up`.',
      ),
      processes: number(
        100,
        100_000,
        'The most processes and threads that a machine may have at once. Default: no limit.',
      ),
      diskGb: number(
        1,
        10_000,
        "Gigabytes of a machine's disk, where the storage pool can limit it. Default: that of the pool.",
      ),
      limits: choice(
        ['required', 'wanted'],
        '`required`: a server that cannot enforce memory and CPU limits is refused. `wanted`: the nodes run there all the same, without. Default `required`.',
      ),
    }),
    language: choice(
      LANGUAGES,
      'Language of what people read, the handout, the report of `verify`, the terminal: `en` or `id`. Default `en`.',
    ),
  }),
  v.title('LabSpec'),
  v.description('A description: what `buildLab()` takes. Every key has a default.'),
  v.metadata({ expect: 'a group of settings (name, network, nodes, redis, sentinel …)' }),
);

/** The schema of the value at `path`, or undefined where the description has no such place. */
function schemaAt(path: readonly (string | number)[]): Schema | undefined {
  let current: unknown = schema;
  for (const key of path) {
    const { entries, item } = unwrap(current);
    current =
      typeof key === 'number'
        ? item
        : entries && Object.hasOwn(entries, key)
          ? entries[key]
          : undefined;
    if (current === undefined) return undefined;
  }
  return current as Schema;
}

/** Keys that the group at `path` knows; undefined where no group is. */
export function keysAt(path: readonly (string | number)[]): string[] | undefined {
  const { entries } = unwrap(schemaAt(path));
  return entries && Object.keys(entries);
}

/** Paths of all keys of a description, with `'*'` for any item of a list. */
export function allKeys(): (string | number)[][] {
  const below = (path: readonly (string | number)[], found: unknown): (string | number)[][] => {
    const { entries = {}, item } = unwrap(found);
    const children = Object.entries(entries).flatMap(([key, child]) => [
      [...path, key],
      ...below([...path, key], child),
    ]);
    return item === undefined ? children : below([...path, '*'], item);
  };
  return below([], schema);
}

/** Whether the value at `path` is a list. */
export function isList(path: readonly (string | number)[]): boolean {
  return unwrap(schemaAt(path)).item !== undefined;
}

/** How many items the list at `path` may have; undefined where no list is. */
export function mostItems(path: readonly (string | number)[]): number | undefined {
  return unwrap(schemaAt(path)).item === undefined ? undefined : limitIn(unwrap(schemaAt(path)));
}

function limitIn(step: unknown): number | undefined {
  const {
    type,
    requirement,
    pipe = [],
  } = step as {
    readonly type?: string;
    readonly requirement?: number;
    readonly pipe?: readonly unknown[];
  };
  if (type === 'max_length') return requirement;
  // The first step of a pipe is the schema itself, which may be a pipe as well.
  for (const each of pipe) {
    const found = each === step ? undefined : limitIn(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the value at `path` must be, in words. */
export function expectationAt(path: readonly (string | number)[]): string {
  const found = schemaAt(path);
  const { expect } = found
    ? (v.getMetadata(unwrap(found) as unknown as v.GenericSchema) as { expect?: string })
    : {};
  return expect ?? 'something else';
}

interface Unwrapped {
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly item?: unknown;
}

function unwrap(found: unknown): Unwrapped {
  const { type, wrapped } = (found ?? {}) as { type?: string; wrapped?: unknown };
  return (type === 'optional' ? wrapped : (found ?? {})) as Unwrapped;
}
