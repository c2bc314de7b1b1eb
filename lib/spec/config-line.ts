/** Whether a line of `redis.config` may stand in the redis.conf of a lab. */

import type { ProblemCode } from '../errors.js';
import { compareVersions, type Engine } from '../model/releases.js';
import { accepts, synopsis } from '../redis-conf/arguments.js';
import {
  classOf,
  currentName,
  type DirectiveClass,
  directiveStatus,
  knownDirectives,
  signatureOf,
} from '../redis-conf/directives.js';
import { lowerCase, splitArguments } from '../redis-conf/parse.js';
import { nearest } from './nearest.js';

type Refusal = readonly [code: ProblemCode, message: string, fix: string];

/**
 * What is wrong with a line of redis.conf, and what would do; undefined for a good one. Only a
 * directive that is known to be harmless is good: a description may be somebody else's. Without a
 * version, what that version knows and takes is not checked.
 */
export function whyRefused(
  line: string,
  engine: Engine,
  version: string | undefined,
): Refusal | undefined {
  const words = splitArguments(line);
  const directive = words?.[0] === undefined ? undefined : lowerCase(words[0]);
  if (line.trim().startsWith('#')) {
    return [
      'spec.config.comment',
      'is a comment, and no line for Redis',
      'write it beside this list instead',
    ];
  }
  if (words?.some((word) => word.startsWith('#')) && /\s#/.test(line)) {
    return [
      'spec.config.comment',
      'has a comment, which Redis takes for an argument',
      'write it behind the line, outside its quotes',
    ];
  }
  if (!words || directive === undefined || !/^[a-z0-9_-]+$/.test(directive)) {
    return [
      'spec.config.unreadable',
      'is not a line that Redis can read',
      'write a directive and its arguments, quotes closed: maxmemory 100mb',
    ];
  }
  const kind = classOf(directive);
  if (kind !== undefined && kind !== 'free') return whyNotFree(directive, kind);
  if (words.some((word) => /\p{Cc}/u.test(word))) {
    return [
      'spec.config.control',
      'has an escaped control character in a value',
      'choose a value without',
    ];
  }
  if (engine === 'valkey' && words.slice(1).some((word) => /["\\]/.test(word))) {
    // Measured with 8.1.1: the file that CONFIG REWRITE leaves is fatal at the next start, and
    // Sentinel sends CONFIG REWRITE after every failover.
    return [
      'spec.config.quoted',
      'has a quote or a backslash in a value, which Valkey writes back so that it cannot read it again',
      'choose a value without',
    ];
  }
  if (kind === undefined) return whyUnknown(engine, version ?? NEWEST_TABLE[engine], directive);
  if (words.slice(1).some((word) => word.startsWith('/'))) {
    // `locale-collate` is the only one that could mean it, and the C library may then read that file.
    return ['spec.config.path', REFUSED.path, 'choose a value that is no path'];
  }
  if (words.length < 2)
    return ['spec.config.argument', 'has no argument', `write ${directive} and its value`];
  if (version === undefined) return undefined;
  return (
    whyNotIn(engine, version, directive) ?? whyNotTaken(engine, version, directive, words.slice(1))
  );
}

function whyNotFree(directive: string, kind: Exclude<DirectiveClass, 'free'>): Refusal {
  if (directive.startsWith('tls-'))
    return ['spec.config.tls', 'needs TLS, which is not built in', 'remove the line'];
  const name = currentName(directive);
  return [
    `spec.config.${kind}`,
    REFUSED[kind],
    INSTEAD[name] ?? INSTEAD[familyOf(name)] ?? 'remove the line',
  ];
}

const REFUSED: Readonly<Record<Exclude<DirectiveClass, 'free'>, string>> = {
  owned: 'is for the lab to say',
  path: 'names a file, and a lab uses its own files only',
  script: 'runs code that is not part of the lab',
  door: 'decides who gets in, or reaches out of the lab',
};

function familyOf(directive: string): string {
  return directive.slice(0, directive.indexOf('-') + 1);
}

/** What to write instead, or why there is nothing; for a whole family, under what its names begin with. Old names have what the new ones have. */
const INSTEAD: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  port: 'use redis.port',
  bind: 'each node binds its own address',
  'protected-mode': 'the firewall decides who may connect',
  'bind-source-addr': 'each node uses its own address',
  dir: 'data lies in the same folder on every node',
  replicaof: 'use nodes[].role',
  'replica-announced': 'Sentinel must see every replica',
  'replica-announce-ip': 'each node announces its own address',
  'replica-announce-port': 'use redis.port',
  'replica-priority': 'use nodes[].priority',
  'min-replicas-to-write': 'use redis.minReplicasToWrite',
  'enable-debug-command': 'use redis.debugCommand',
  save: 'use redis.persistence',
  appendonly: 'use redis.persistence',
  daemonize: 'systemd runs Redis',
  supervised: 'systemd runs Redis',
  pidfile: 'systemd runs Redis',
  logfile: 'logs go to journald',
  include: 'the lab writes whole files; put the lines here',
  loadmodule: 'modules are not built',
  user: "the lab's Sentinels and clients would not know it",
  aclfile: "the lab's Sentinels and clients would not know it",
  'acl-pubsub-default': "the lab's Sentinels and clients must see every channel",
  requirepass: "the lab's Sentinels and clients would not know it",
  masterauth: "the lab's Sentinels and clients would not know it",
  masteruser: "the lab's Sentinels and clients would not know it",
  'rename-command': 'Sentinel needs the commands under their own names',
  'replica-read-only': 'writes go to the master',
  'cluster-': 'Sentinel does not watch a Redis Cluster',
  'rdma-': 'each node listens on TCP at its own address',
  'syslog-': "the system's log is the system's",
  'oom-': 'the system decides which process ends when memory does',
  sentinel: 'use the group sentinel',
});

/** A directive that the table lacks is refused: it may name a file, or let others in. */
function whyUnknown(engine: Engine, version: string, directive: string): Refusal {
  const newest = NEWEST_TABLE[engine];
  const message = isNewer(engine, version)
    ? `is none of the directives that redis-lab knows, those of ${engine} up to ${newest}`
    : `is not a directive of ${engine} ${version}`;
  const free = knownDirectives(engine, version).filter((name) => classOf(name) === 'free');
  const meant = nearest(directive, free);
  return [
    'spec.config.unknown',
    message,
    meant === undefined
      ? 'remove the line: only directives that redis-lab knows to be harmless may be given'
      : `did you mean ${meant}?`,
  ];
}

/** What is wrong with a directive for a version, and what would do; undefined when it has it. */
function whyNotIn(engine: Engine, version: string, directive: string): Refusal | undefined {
  const status = directiveStatus(engine, version, directive);
  if (status.kind === 'known') return undefined;
  if (!('version' in status)) return whyUnknown(engine, version, directive);
  const when = status.kind === 'since' ? 'exists since' : 'was removed in';
  return [
    'spec.config.version',
    `is not known to ${engine} ${version}: ${directive} ${when} ${status.version}`,
    'remove the line, or choose another version',
  ];
}

/** What is wrong with the values of a directive that the version has, and what would do. */
function whyNotTaken(
  engine: Engine,
  version: string,
  directive: string,
  values: readonly string[],
): Refusal | undefined {
  const signature = signatureOf(engine, version, directive);
  if (!signature || isNewer(engine, version) || accepts(signature, values)) return undefined;
  return [
    'spec.config.value',
    `has a value that ${engine} ${version} would not start with`,
    `write ${directive} ${synopsis(signature)}`,
  ];
}

/** The newest version whose directives were read. */
const NEWEST_TABLE: Readonly<Record<Engine, string>> = { redis: '8.8', valkey: '9.1' };

function isNewer(engine: Engine, version: string): boolean {
  return compareVersions(version, `${NEWEST_TABLE[engine]}.999`) > 0;
}
