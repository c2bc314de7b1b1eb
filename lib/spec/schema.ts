/**
 * The description's shape, once: what `parse` checks and what `redis-lab schema` prints. Each
 * field says in words what it expects; every refusal of its value is made of those words.
 */
import * as v from 'valibot';
import { CIDR, IPV4 } from '../model/ipv4.js';
import { LANGUAGES } from '../model/languages.js';
import type { LabSpec } from './lab-spec.js';
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

function section<T extends v.ObjectEntries>(entries: T, description: string) {
  return field(
    v.strictObject(entries),
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
  v.union([
    integer(min, max),
    v.pipe(
      text(DURATION),
      v.check((s) => toMilliseconds(s) >= min && toMilliseconds(s) <= max),
    ),
  ]);
const duration = (min: number, max: number, description: string) =>
  field(
    durationOf(min, max),
    `a time from ${min} to ${max} milliseconds, such as 5000 or 5s`,
    description,
  );

// Below 1024 a process needs a right that the hardened units do not have.
const port = (description: string) => number(1024, 65535, description);

const node = v.pipe(
  v.strictObject({
    name: field(
      text(HOST_NAME),
      'a host name: lower-case letters, digits and hyphens, a letter first, at most 32',
      'Host name. Default: by role, master, slave1, slave2, sentinel1 …',
    ),
    ip: field(
      text(IPV4),
      'an IPv4 address such as 192.168.100.11',
      'Address in the lab network. Default: network + 11, + 12 … by position.',
    ),
    memory: field(
      v.union([
        integer(512, 1_048_576),
        v.pipe(
          text(SIZE),
          v.check((s) => toMegabytes(s) >= 512 && toMegabytes(s) <= 1_048_576),
        ),
      ]),
      'a size from 512 to 1048576 MB, such as 1024 or 2G',
      'Memory in MB, or with a unit. Default: 2048 for the master, 1024 for others.',
    ),
    cpus: number(1, 64, 'Virtual CPUs. Default 2.'),
    role: choice(
      ['master', 'replica', 'sentinel'],
      'What the node starts as; a sentinel node holds no data. Default replica.',
    ),
    sentinel: flag('Whether a Sentinel runs here too. Default true.'),
    priority: number(
      0,
      1_000_000,
      'replica-priority: lowest above 0 is promoted first, 0 never. Default 100.',
    ),
  }),
  v.metadata({
    expect: 'a node: name, ip, memory, cpus, role, sentinel, priority',
  }),
);

export const schema = v.pipe(
  v.strictObject({
    name: field(
      text(HOST_NAME),
      'a lab name: lower-case letters, digits and hyphens, a letter first, at most 32',
      'Names the lab. Default redis-lab.',
    ),
    network: field(
      text(CIDR),
      'a network such as 192.168.100.0/24',
      'The private network of the lab. Default 192.168.100.0/24; its first address is the host.',
    ),
    nodes: field(
      v.pipe(v.array(node), v.minLength(1), v.maxLength(MOST_NODES)),
      `a list of 1 to ${MOST_NODES} nodes`,
      'The machines. Default: master, slave1, slave2.',
    ),
    redis: section(
      {
        engine: choice(['redis', 'valkey'], 'Default redis.'),
        version: field(
          text(VERSION),
          'a whole version in quotes, such as "8.2.8"',
          'The whole version. Default: redis 8.2.8, valkey 8.1.9.',
        ),
        source: section(
          {
            url: field(
              text(URL_TEXT),
              'an http or https address without blanks, quotes or shell characters',
              'Address of the tar.gz of the release.',
            ),
            sha256: field(text(SHA256), '64 hexadecimal digits', 'SHA-256 of that file.'),
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
              'More addresses of the very same file.',
            ),
            test: flag('Run make test after the build (about 8 minutes). Default false.'),
          },
          'Where the source comes from.',
        ),
        install: choice(
          ['source', 'package'],
          'Built from the verified release, or the package of the distribution. Default source.',
        ),
        port: port('Default 6379.'),
        persistence: choice(['none', 'rdb', 'aof'], 'What survives on disk. Default rdb.'),
        minReplicasToWrite: number(
          0,
          1000,
          'The master refuses writes with fewer replicas in touch. Default 0, off.',
        ),
        restart: field(
          v.union([v.literal(false), v.literal('no'), durationOf(1000, 86_400_000)]),
          'no, or the delay after which systemd restarts a crashed Redis, such as 15s',
          'Restart a crashed Redis after this delay. Default no.',
        ),
        debugCommand: field(
          v.union([v.picklist(['no', 'local', 'yes']), v.boolean()]),
          'one of no, local, yes',
          'enable-debug-command, which DEBUG SEGFAULT needs. Default local.',
        ),
        config: field(
          v.pipe(
            v.array(
              v.pipe(
                text(CONFIG_LINE),
                v.metadata({ expect: 'one line of redis.conf in printable ASCII' }),
              ),
            ),
            v.maxLength(300),
          ),
          'a list of at most 300 lines of redis.conf',
          'Extra lines for every redis.conf.',
        ),
      },
      'The Redis servers.',
    ),
    sentinel: section(
      {
        masterName: field(
          text(MASTER_NAME),
          'a name of letters, digits, dots, underscores and hyphens, at most 63',
          'What Sentinel calls the master. Default mymaster.',
        ),
        port: port('Default 26379.'),
        quorum: number(1, 1000, 'Sentinels that must agree that the master is down. Default 2.'),
        downAfter: duration(100, 600_000, 'down-after-milliseconds. Default 5000.'),
        failoverTimeout: duration(1000, 3_600_000, 'failover-timeout. Default 10000.'),
        parallelSyncs: number(1, 1000, 'parallel-syncs. Default 1.'),
      },
      'The Sentinels.',
    ),
    vagrant: section(
      {
        box: field(
          text(BOX),
          'the name of a box, such as cloud-image/ubuntu-24.04',
          'A box with cloud-init. Default cloud-image/ubuntu-24.04.',
        ),
        version: field(
          text(BOX_VERSION),
          'a version or a constraint, such as ">= 20250101" (in a file with its quotes)',
          'Version constraint of the box. Default: any.',
        ),
        virtualbox: section(
          {
            gui: flag('Show the window of each machine. Default false.'),
            linkedClone: flag('One base disk for all machines. Default true.'),
          },
          'Settings for VirtualBox.',
        ),
        libvirt: section(
          {
            driver: choice(['kvm', 'qemu'], 'qemu is software emulation. Default kvm.'),
            managementNetworkMode: choice(['nat', 'none'], 'Default nat.'),
            diskCache: choice(['default', 'none', 'writeback', 'unsafe'], 'Default default.'),
          },
          'Settings for vagrant-libvirt.',
        ),
      },
      'The Vagrant backend.',
    ),
    incus: section(
      {
        image: field(
          text(IMAGE),
          'an image, such as images:ubuntu/24.04/cloud',
          'Image with cloud-init. Default: Ubuntu 24.04, images:ubuntu/24.04/cloud (Incus) or ubuntu:24.04 (LXD).',
        ),
        remote: field(text(IDENTIFIER), 'the name of a remote', 'Default local.'),
        project: field(text(IDENTIFIER), 'the name of a project', 'Default default.'),
        vm: flag('Virtual machines instead of system containers. Default false.'),
        uplink: field(
          text(IDENTIFIER),
          'the name of a network, auto or none',
          'Network that leads out, for packages. Default auto: the one of the default profile, if any.',
        ),
        hostAddress: flag(
          "Whether this machine has the first address of the lab's network. False: labs with the same addresses run side by side, and redis-lab asks through a command on each node. Default true.",
        ),
        limits: choice(
          ['required', 'wanted'],
          'wanted: runs also where memory and CPU limits cannot be enforced. Default required.',
        ),
      },
      'The Incus or LXD backend.',
    ),
    language: choice(
      LANGUAGES,
      'Language of what people read: handout, report, terminal. Default en.',
    ),
  }),
  v.metadata({ expect: 'a group of settings (name, network, nodes, redis, sentinel …)' }),
);

// The interface is written by hand for its documentation; this keeps the two from drifting apart.
// Only lists differ: a description's may be readonly.
type Same<A, B> = [A, B] extends [B, A] ? true : never;
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;
export const interfaceMatchesSchema: Same<
  Required<Mutable<LabSpec>>,
  Required<v.InferInput<typeof schema>>
> = true;

/** The schema of the value at `path`, or undefined where the description has no such place. */
export function schemaAt(path: readonly (string | number)[]): Schema | undefined {
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
