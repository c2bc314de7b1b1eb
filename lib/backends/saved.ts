/**
 * Reading the state of a lab that was saved between two commands. The schema leaves out unknown keys, so that labs of other
 * versions go on. A key that is added here needs a default, for labs without it.
 */
import * as v from 'valibot';
import { WorkspaceError } from '../errors.js';
import { freeze } from '../model/freeze.js';
import { IPV4 } from '../model/ipv4.js';
import { LANGUAGES } from '../model/languages.js';
import type { LabModel } from '../model/model.js';
import { formatPath } from '../spec/path.js';
import { HOST_NAME } from '../spec/schema.js';

/** The format that this version writes, and the newest that it reads. */
export const FORMAT = 1;

const flag = v.boolean();
const whole = v.pipe(v.number(), v.integer());
export const port = v.pipe(whole, v.minValue(1), v.maxValue(65_535));
/** Without control characters, because configurations are written from it. */
export const text = v.pipe(v.string(), v.regex(/^\P{Cc}*$/u));
const texts = v.array(text);
const ip = v.pipe(text, v.regex(IPV4));

/** Absent in old states. {@link readSaved} has refused newer ones before this is read. */
export const format = v.optional(v.literal(FORMAT), FORMAT);

const resources = {
  name: v.pipe(v.string(), v.regex(HOST_NAME)),
  ip,
  memoryMb: whole,
  cpus: whole,
};
const cards = { uplinkMac: text, labMac: text };

/** Keys are in the order of the model, because states are compared as JSON. */
export const lab: v.GenericSchema<unknown, LabModel> = v.object({
  name: v.pipe(v.string(), v.regex(HOST_NAME)),
  network: v.object({
    cidr: text,
    address: ip,
    prefix: whole,
    netmask: ip,
    broadcast: ip,
    host: ip,
  }),
  nodes: v.array(
    v.object({
      ...resources,
      role: v.picklist(['master', 'replica', 'sentinel']),
      runsRedis: flag,
      runsSentinel: flag,
      priority: whole,
      redisPort: port,
      sentinelPort: port,
      builds: flag,
      ...cards,
      sentinelId: text,
    }),
  ),
  clients: v.exactOptional(
    v.array(v.object({ ...resources, role: v.literal('client'), ...cards })),
  ),
  allow: texts,
  others: v.exactOptional(texts),
  redis: v.object({
    engine: v.picklist(['redis', 'valkey']),
    version: text,
    install: v.picklist(['source', 'package']),
    source: v.object({ urls: texts, sha256: text, test: flag }),
    port,
    persistence: v.picklist(['none', 'rdb', 'aof']),
    minReplicasToWrite: whole,
    restartMs: v.nullable(whole),
    debugCommand: v.nullable(v.picklist(['no', 'local', 'yes'])),
    config: texts,
  }),
  sentinel: v.object({
    masterName: text,
    port,
    quorum: whole,
    downAfterMs: whole,
    failoverTimeoutMs: whole,
    parallelSyncs: whole,
    config: v.exactOptional(texts),
  }),
  vagrant: v.object({
    box: text,
    version: v.nullable(text),
    virtualbox: v.object({ gui: flag, linkedClone: flag }),
    libvirt: v.object({
      driver: v.picklist(['kvm', 'qemu']),
      managementNetworkMode: v.optional(v.picklist(['nat', 'none']), 'nat'),
      diskCache: v.optional(v.picklist(['default', 'none', 'writeback', 'unsafe']), 'default'),
    }),
  }),
  incus: v.object({
    image: v.nullable(text),
    remote: text,
    project: text,
    vm: v.optional(flag, false),
    uplink: v.optional(text, 'auto'),
    limits: v.optional(v.picklist(['required', 'wanted']), 'required'),
    hostAddress: v.exactOptional(v.literal(false)),
    member: v.exactOptional(text),
    template: v.exactOptional(text),
    processes: v.exactOptional(v.number()),
    diskGb: v.exactOptional(v.number()),
  }),
  language: v.picklist(LANGUAGES),
});

/** The server, as all backends save it. */
export const server = v.object({
  engine: v.picklist(['redis', 'valkey']),
  version: text,
  program: text,
});

interface Place {
  /** Where the state is, for messages: a path, or a key on a server. */
  readonly where: string;
  /** The name that its lab must have. */
  readonly name: string;
  /** What to do if it cannot be read, a sentence. */
  readonly otherwise: string;
}

/**
 * @throws WorkspaceError with what to do, if it is no JSON, does not fit the schema, or is of another lab or a newer format
 */
export function readSaved<T extends { readonly lab: LabModel }>(
  schema: v.GenericSchema<unknown, T>,
  json: string,
  { where, name, otherwise }: Place,
): T {
  const damaged = (why: string) =>
    new WorkspaceError(`${where} cannot be read: it is damaged (${why}). ${otherwise}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw damaged((error as Error).message);
  }
  const written = (value as { format?: unknown } | null)?.format;
  if (typeof written === 'number' && written > FORMAT) {
    throw new WorkspaceError(
      `${where} is of format ${written}, and this redis-lab reads ${FORMAT} and older ones: a newer redis-lab brought the lab up. Use that one. ${otherwise}`,
    );
  }
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) {
    const [{ path = [], message }] = issues;
    throw damaged(`${formatPath(path.map(({ key }) => key as string | number))}: ${message}`);
  }
  if (output.lab.name !== name) throw damaged(`it is of the lab ${output.lab.name}`);
  return freeze(output);
}
