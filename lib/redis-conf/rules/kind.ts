/** What a file is: by what stands in it, then by its name. */
import { nearest } from '../../model/nearest.js';
import { DEFAULT_VERSION } from '../../model/releases.js';
import { classOf, knownDirectives } from '../directives.js';
import type { Line } from './finding.js';

/** `foreign`: of another program, or no configuration at all. */
export type ConfKind = 'redis' | 'sentinel' | 'acl' | 'unit' | 'foreign';

export const CONF_KINDS: readonly ConfKind[] = ['redis', 'sentinel', 'acl', 'unit'];

/** What only a server that holds data has. */
const OF_SERVERS = new Set([
  ...['replicaof', 'slaveof', 'save', 'appendonly', 'dbfilename', 'maxmemory', 'appendfsync'],
  ...['masterauth', 'replica-read-only', 'slave-read-only', 'databases', 'rdbcompression'],
  ...[
    'min-replicas-to-write',
    'min-slaves-to-write',
    'cluster-enabled',
    'stop-writes-on-bgsave-error',
  ],
]);

/** Sentinel's own words, also where `sentinel` was forgotten. */
const SENTINELS_OWN =
  /^(?:sentinel )?(?:monitor|down-after-milliseconds|failover-timeout|parallel-syncs|auth-pass|known-(?:replica|slave|sentinel))$/;

export function kindOf(name: string, lines: readonly Line[], text: string): ConfKind {
  const base = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  if (/^\s*\[(?:Unit|Service)\]\s*$/m.test(text)) return 'unit';
  // A script is one whatever its name: /etc/init.d/redis-server.
  if (isBinary(text) || text.startsWith('#!')) return 'foreign';
  // What the nodes of a cluster keep of each other: nodes.conf.
  if (/^vars currentEpoch \d+ lastVoteEpoch \d+$/m.test(text)) return 'foreign';
  const named = lines.filter((line) => line.name !== '');
  const users = named.filter((line) => line.name === 'user').length;
  if (/\.acl$|^users?\b.*acl|^acl\b/.test(base)) return 'acl';
  if (users > 0 && users === named.length && !/redis|sentinel|valkey/.test(base)) return 'acl';
  const sentinel = named.filter((line) => line.name.startsWith('sentinel')).length;
  const own = named.filter((line) => SENTINELS_OWN.test(line.name)).length;
  const server = named.filter((line) => OF_SERVERS.has(line.name)).length;
  const known = named.filter((line) => classOf(line.name) !== undefined).length;
  const isNamedSo = /redis|sentinel|valkey|^\/dev\/stdin$|^stdin$/.test(base);
  if (known === 0 && own === 0 && sentinel === 0) {
    // Of another program of this name (Alibaba's Sentinel), or one that is nothing but mistakes.
    if (named.length === 0) return isNamedSo ? byName(base) : 'foreign';
    if (named.every(({ text }) => VARIABLE.test(text)) && !named.some(isKnownStart))
      return 'foreign';
    const isShort = named.length < 4;
    const isOurs = isNamedSo
      ? isShort || named.some(isKnownStart)
      : isShort && named.some((line) => isMisspelt(line.name));
    return isOurs ? byName(base) : 'foreign';
  }
  if (known * 10 < named.length && own === 0 && !isNamedSo) return 'foreign';
  // Of several servers of one Sentinel's group: redis-sentinel-master.conf.
  if (/sentinel/.test(base)) return sentinel + own === 0 && server > 1 ? 'redis' : 'sentinel';
  if (sentinel + own > 0 && server > sentinel + own && /redis|valkey/.test(base)) return 'redis';
  return sentinel + own > 0 ? 'sentinel' : 'redis';
}

function byName(base: string): ConfKind {
  return /sentinel/.test(base) ? 'sentinel' : 'redis';
}

/** Of the environment of a service (`/etc/default/redis-server`), or of another program (`db_name=sentinel.db`). */
const VARIABLE = /^(?:export\s+)?[A-Z_][\w.[\]*-]*\s?=/i;

/** `port=6379`, `port:`, `sentinel.monitor`. */
function isKnownStart({ name }: Line): boolean {
  const [start = ''] = name.split(/[=:.]/, 1);
  return start !== name && (classOf(start) !== undefined || SENTINELS_OWN.test(start));
}

/** A file of one line, and a wrong one, is a configuration. */
function isMisspelt(name: string): boolean {
  const known = knownDirectives('redis', DEFAULT_VERSION.redis);
  return /^[a-z-]{6,}$/.test(name) && nearest(name, known) !== undefined;
}

function isBinary(text: string): boolean {
  const some = text.slice(0, 8_000);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const strange = some.match(/[\0-\x08\x0e-\x1f\x7f\ufffd]/g)?.length ?? 0;
  return strange > 8 && strange * 50 > some.length;
}
