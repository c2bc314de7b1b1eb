import { SHARE_PORT } from '../../model/model.js';
import { hasDebugDirective } from '../../model/resolve.js';
import { directiveStatus, knownDirectives } from '../directives.js';
import type { Path } from '../path.js';
import { compareVersions, type Engine, knownVersions, OLDEST_VERSION } from '../releases.js';
import type { Rule } from '../rules.js';
import { suggest } from '../shape.js';

/**
 * Directives that the lab writes itself or that would cut it off from its own Sentinels and
 * clients, each with where to say it instead.
 */
const OWNED: Readonly<Record<string, string>> = {
  port: 'use redis.port',
  bind: 'each node binds its own address',
  'protected-mode': 'the firewall decides who may connect',
  'bind-source-addr': 'each node uses its own address',
  dir: 'data lies in the same folder on every node',
  replicaof: 'use nodes[].role',
  slaveof: 'use nodes[].role',
  'replica-announced': 'Sentinel must see every replica',
  'replica-announce-ip': 'each node announces its own address',
  'slave-announce-ip': 'each node announces its own address',
  'replica-announce-port': 'use redis.port',
  'slave-announce-port': 'use redis.port',
  'replica-priority': 'use nodes[].priority',
  'slave-priority': 'use nodes[].priority',
  'min-replicas-to-write': 'use redis.minReplicasToWrite',
  'min-slaves-to-write': 'use redis.minReplicasToWrite',
  'enable-debug-command': 'use redis.debugCommand',
  save: 'use redis.persistence',
  appendonly: 'use redis.persistence',
  daemonize: 'systemd runs Redis',
  supervised: 'systemd runs Redis',
  pidfile: 'systemd runs Redis',
  logfile: 'logs go to journald',
  include: 'the lab writes whole files; put the lines here',
  loadmodule: 'modules are not built',
  user: "the lab's Sentinels and clients connect without a password",
  aclfile: "the lab's Sentinels and clients connect without a password",
  requirepass: "the lab's Sentinels and clients connect without a password",
  masterauth: "the lab's Sentinels and clients connect without a password",
  masteruser: "the lab's Sentinels and clients connect without a password",
  primaryauth: "the lab's Sentinels and clients connect without a password",
  primaryuser: "the lab's Sentinels and clients connect without a password",
  'rename-command': 'Sentinel needs the commands under their own names',
  'cluster-enabled': 'Sentinel does not watch a Redis Cluster',
  sentinel: 'use the group sentinel',
};

const versionIsSupported: Rule = function* ({ lab, spec, sound }) {
  if (!sound(['redis', 'version'], ['redis', 'engine'])) return;
  const { engine, version } = lab.redis;
  if (spec.redis?.version === undefined) return;
  if (compareVersions(version, OLDEST_VERSION[engine]) >= 0) return;
  yield {
    path: ['redis', 'version'],
    seen: version,
    message: `is older than redis-lab can write a configuration for`,
    fix: `use ${engine} ${OLDEST_VERSION[engine]} or newer`,
  };
};

const versionHasDigest: Rule = function* ({ lab, spec, sound }) {
  const { engine, version, install } = lab.redis;
  const places: Path[] = [
    ['redis', 'version'],
    ['redis', 'engine'],
    ['redis', 'install'],
    ['redis', 'source', 'sha256'],
  ];
  if (!sound(...places) || install !== 'source' || lab.redis.source.sha256 !== '') return;
  // Too old is said by itself.
  if (compareVersions(version, OLDEST_VERSION[engine]) < 0) return;
  yield {
    path: spec.redis?.version === undefined ? ['redis'] : ['redis', 'version'],
    seen: version,
    message: `of ${engine} has no SHA-256 that redis-lab knows`,
    fix: `use ${knownVersions(engine).join(', ')}, or give redis.source.sha256`,
  };
};

const packageHasNoSource: Rule = function* ({ lab, spec, sound }) {
  if (!sound(['redis', 'install']) || lab.redis.install !== 'package') return;
  if (spec.redis?.source === undefined) return;
  yield {
    path: ['redis', 'source'],
    message: 'has no effect with install: package',
    fix: 'remove one of the two',
  };
};

const debugDirectiveExists: Rule = function* ({ lab, spec, sound }) {
  const wanted = spec.redis?.debugCommand;
  if (wanted === undefined || !sound(['redis', 'version'], ['redis', 'engine'])) return;
  const { engine, version } = lab.redis;
  if (hasDebugDirective(engine, version)) return;
  yield {
    path: ['redis', 'debugCommand'],
    seen: wanted,
    message: `needs enable-debug-command, which came with redis 7.0; ${version} always allows DEBUG`,
    fix: 'remove the line, or use a newer version',
  };
};

const restartLetsFailoverHappen: Rule = function* ({ lab, sound }) {
  const { restartMs } = lab.redis;
  if (restartMs === null || !sound(['redis', 'restart'], ['sentinel', 'downAfter'])) return;
  const least = lab.sentinel.downAfterMs + FAILOVER_MARGIN_MS;
  if (restartMs >= least) return;
  yield {
    path: ['redis', 'restart'],
    seen: restartMs,
    message: `(ms) would cancel the failover: the master is back before the Sentinels have replaced it`,
    fix: `use no, or at least ${least} (sentinel.downAfter + ${FAILOVER_MARGIN_MS} ms)`,
  };
};

/** Agreement may cost one ask period (1 s), election and promotion up to another (FACTS, failover timing). */
const FAILOVER_MARGIN_MS = 2000;

const enoughReplicasToWrite: Rule = function* ({ lab, sound }) {
  if (!sound(['redis', 'minReplicasToWrite'], ['nodes', '*', 'role'])) return;
  const replicas = lab.nodes.filter((node) => node.role === 'replica').length;
  if (lab.redis.minReplicasToWrite <= replicas) return;
  yield {
    path: ['redis', 'minReplicasToWrite'],
    seen: lab.redis.minReplicasToWrite,
    message: `is more than the lab's ${replicas} replica${replicas === 1 ? '' : 's'}: no write would ever be accepted`,
    fix: `use 0 to ${replicas}, or add replicas`,
  };
};

const portsAreFree: Rule = function* ({ lab, sound }) {
  if (lab.redis.install !== 'source' || lab.nodes.length < 2) return;
  for (const [path, port] of [
    [['redis', 'port'], lab.redis.port],
    [['sentinel', 'port'], lab.sentinel.port],
  ] as const) {
    if (!sound(path) || port !== SHARE_PORT) continue;
    yield {
      path,
      seen: port,
      message: 'is the port on which the node that builds hands its build to the others',
      fix: 'choose another',
    };
  }
};

const configLinesAreUnderstood: Rule = function* ({ lab, spec, sound }) {
  const { engine, version } = lab.redis;
  const known = sound(['redis', 'version'], ['redis', 'engine']) ? version : undefined;
  for (const [index, line] of (spec.redis?.config ?? []).entries()) {
    const path: Path = ['redis', 'config', index];
    const refusal = sound(path) ? whyRefused(line, engine, known) : undefined;
    if (refusal) yield { path, seen: line, message: refusal[0], fix: refusal[1] };
  }
};

type Refusal = readonly [message: string, fix: string];

/**
 * What is wrong with a line of redis.conf, and what would do; undefined for a good one. Without a
 * version, whether that version knows the directive is not asked.
 */
export function whyRefused(
  line: string,
  engine: Engine,
  version: string | undefined,
): Refusal | undefined {
  const words = splitArguments(line);
  const directive = words?.[0]?.toLowerCase();
  if (line.trim().startsWith('#')) {
    return ['is a comment, and no line for Redis', 'write it beside this list instead'];
  }
  if (words?.some((word) => word.startsWith('#')) && /\s#/.test(line)) {
    return [
      'has a comment, which Redis takes for an argument',
      'write it behind the line, outside its quotes',
    ];
  }
  if (!words || directive === undefined || !/^[a-z0-9_-]+$/.test(directive)) {
    return [
      'is not a line that Redis can read',
      'write a directive and its arguments, quotes closed: maxmemory 100mb',
    ];
  }
  const owned = Object.hasOwn(OWNED, directive) ? OWNED[directive] : undefined;
  if (owned) return ['is for the lab to say', owned];
  if (directive.startsWith('tls-')) return ['needs TLS, which is not built in', 'remove the line'];
  if (engine === 'valkey' && words.slice(1).some((word) => /["\\]/.test(word))) {
    // Measured with 8.1.1: the file that CONFIG REWRITE leaves is fatal at the next start, and
    // Sentinel sends CONFIG REWRITE after every failover.
    return [
      'has a quote or a backslash in a value, which Valkey writes back so that it cannot read it again',
      'choose a value without',
    ];
  }
  if (words.length < 2) return ['has no argument', `write ${directive} and its value`];
  return version === undefined ? undefined : whyUnknown(engine, version, directive);
}

/** What is wrong with a directive for a version, and what would do; undefined when it is known. */
function whyUnknown(engine: Engine, version: string, directive: string): Refusal | undefined {
  const status = directiveStatus(engine, version, directive);
  if (status.kind === 'known') return undefined;
  if (!('version' in status)) {
    // A version newer than our table may well have brought it; Redis itself will say.
    if (compareVersions(version, `${NEWEST_TABLE[engine]}.999`) > 0) return undefined;
    return [
      `is not a directive of ${engine} ${version}`,
      suggest(directive, knownDirectives(engine, version)),
    ];
  }
  const when = status.kind === 'since' ? 'exists since' : 'was removed in';
  return [
    `is not known to ${engine} ${version}: ${directive} ${when} ${status.version}`,
    'remove the line, or choose another version',
  ];
}

/** The newest version whose directives were read. */
const NEWEST_TABLE: Readonly<Record<Engine, string>> = { redis: '8.8', valkey: '9.1' };

/**
 * A line as Redis splits it (`sdssplitargs`): blanks separate; double quotes group and know
 * escapes, single quotes group and know only `\'`; a quote must be closed before a blank or the
 * end. Undefined where Redis would call it unbalanced.
 */
export function splitArguments(line: string): string[] | undefined {
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'(?:\\'|[^'])*'(?=\s|$)|[^\s"'])+)(?=\s|$)/y;
  const words: string[] = [];
  const text = line.trim();
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (!match) return undefined;
    words.push(unquote(match[1] ?? ''));
  }
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function unquote(word: string): string {
  return word.replace(
    /"((?:\\.|[^"\\])*)"|'((?:\\'|[^'])*)'/g,
    (_, double?: string, single?: string) => {
      if (single !== undefined) return single.replaceAll("\\'", "'");
      return (double ?? '').replace(
        /\\(?:x([0-9a-fA-F]{2})|(.))/g,
        (_all, hex?: string, other = '') =>
          hex === undefined
            ? (ESCAPES[other] ?? other)
            : String.fromCharCode(Number.parseInt(hex, 16)),
      );
    },
  );
}

export const redisRules: readonly Rule[] = [
  versionIsSupported,
  versionHasDigest,
  packageHasNoSource,
  debugDirectiveExists,
  restartLetsFailoverHappen,
  enoughReplicasToWrite,
  portsAreFree,
  configLinesAreUnderstood,
];
