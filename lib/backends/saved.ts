/**
 * What a lab remembers between two commands, read again: by a schema, which leaves out keys that it does not know, so that a
 * lab which another version brought up goes on. A key that a later version adds here needs a default for labs without it.
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
/** Configurations are written from it. */
export const text = v.pipe(v.string(), v.regex(/^\P{Cc}*$/u));
const texts = v.array(text);
const ip = v.pipe(text, v.regex(IPV4));

/** Without the format, which {@link readSaved} looks at before all else. */
export const format = v.optional(v.literal(FORMAT), FORMAT);

/** In the order in which the model has them: what is written is compared with what was read. */
export const lab = v.object({
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
      name: v.pipe(v.string(), v.regex(HOST_NAME)),
      ip,
      memoryMb: whole,
      cpus: whole,
      role: v.picklist(['master', 'replica', 'sentinel']),
      runsRedis: flag,
      runsSentinel: flag,
      priority: whole,
      redisPort: port,
      sentinelPort: port,
      builds: flag,
      uplinkMac: text,
      labMac: text,
      sentinelId: text,
    }),
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
  }),
  language: v.picklist(LANGUAGES),
}) satisfies v.GenericSchema<unknown, LabModel>;

/** A server as all backends remember it. */
export const server = v.object({
  engine: v.picklist(['redis', 'valkey']),
  version: text,
  program: text,
});

interface Place {
  /** What is read, for messages: a path, or where a server keeps it. */
  readonly where: string;
  /** Name of the lab that it must be of. */
  readonly name: string;
  /** What to do where it is of no use, as a sentence. */
  readonly otherwise: string;
}

/**
 * @throws WorkspaceError for what is no JSON, not of the schema, of another lab, or of a newer format, with what to do
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
