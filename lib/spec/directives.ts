import { compareVersions, type Engine } from './releases.js';

/**
 * Names of redis.conf by the version that brought them. A security fix came to several branches:
 * then `firsts` has the first version of each. `0` is every version that redis-lab can write.
 *
 * Read from each version's `src/config.c`: the table of settings with its aliases, what the
 * parser handles by hand, and what it accepts and ignores. Directives of modules are absent (a
 * core build refuses them), except that of the vector sets, which are part of Redis; so are the
 * two that only a build with LOG_REQ_RES has. `sentinel` is accepted in Sentinel mode only.
 */
type Additions = readonly (readonly [firsts: string, names: string])[];

export const REDIS_DIRECTIVES: Additions = [
  [
    '0',
    `
    acl-pubsub-default aclfile acllog-max-len active-defrag-cycle-max active-defrag-cycle-min
    active-defrag-ignore-bytes active-defrag-max-scan-fields active-defrag-threshold-lower
    active-defrag-threshold-upper active-expire-effort activedefrag activerehashing
    always-show-logo aof-load-truncated aof-rewrite-incremental-fsync aof-use-rdb-preamble
    aof_rewrite_cpulist appendfilename appendfsync appendonly auto-aof-rewrite-min-size
    auto-aof-rewrite-percentage bgsave_cpulist bind bio_cpulist client-output-buffer-limit
    client-query-buffer-limit cluster-allow-reads-when-down cluster-announce-bus-port
    cluster-announce-ip cluster-announce-port cluster-config-file cluster-enabled
    cluster-migration-barrier cluster-node-timeout cluster-replica-no-failover
    cluster-replica-validity-factor cluster-require-full-coverage cluster-slave-no-failover
    cluster-slave-validity-factor crash-log-enabled crash-memcheck-enabled daemonize databases
    dbfilename dir disable-thp dynamic-hz gopher-enabled hash-max-ziplist-entries
    hash-max-ziplist-value hll-sparse-max-bytes hz ignore-warnings include io-threads
    io-threads-do-reads jemalloc-bg-thread key-load-delay latency-monitor-threshold
    lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del lazyfree-lazy-user-del
    lazyfree-lazy-user-flush lfu-decay-time lfu-log-factor list-compress-depth
    list-max-ziplist-entries list-max-ziplist-size list-max-ziplist-value loadmodule logfile
    loglevel lua-replicate-commands lua-time-limit masterauth masteruser maxclients maxmemory
    maxmemory-eviction-tenacity maxmemory-policy maxmemory-samples min-replicas-max-lag
    min-replicas-to-write min-slaves-max-lag min-slaves-to-write no-appendfsync-on-rewrite
    notify-keyspace-events oom-score-adj oom-score-adj-values pidfile port proc-title-template
    protected-mode proto-max-bulk-len rdb-del-sync-files rdb-key-save-delay
    rdb-save-incremental-fsync rdbchecksum rdbcompression rename-command repl-backlog-size
    repl-backlog-ttl repl-disable-tcp-nodelay repl-diskless-load repl-diskless-sync
    repl-diskless-sync-delay repl-ping-replica-period repl-ping-slave-period repl-timeout
    replica-announce-ip replica-announce-port replica-ignore-maxmemory replica-lazy-flush
    replica-priority replica-read-only replica-serve-stale-data replicaof requirepass
    sanitize-dump-payload save sentinel server_cpulist set-max-intset-entries set-proc-title
    slave-announce-ip slave-announce-port slave-ignore-maxmemory slave-lazy-flush slave-priority
    slave-read-only slave-serve-stale-data slaveof slowlog-log-slower-than slowlog-max-len
    stop-writes-on-bgsave-error stream-node-max-bytes stream-node-max-entries supervised
    syslog-enabled syslog-facility syslog-ident tcp-backlog tcp-keepalive timeout
    tls-auth-clients tls-ca-cert-dir tls-ca-cert-file tls-cert-file tls-ciphers tls-ciphersuites
    tls-client-cert-file tls-client-key-file tls-cluster tls-dh-params-file tls-key-file
    tls-port tls-prefer-server-ciphers tls-protocols tls-replication tls-session-cache-size
    tls-session-cache-timeout tls-session-caching tracking-table-max-keys unixsocket
    unixsocketperm use-exit-on-panic user zset-max-ziplist-entries zset-max-ziplist-value
    `,
  ],
  [
    '6.2.2',
    `
    cluster-allow-replica-migration cluster-announce-tls-port replica-announced
    tls-client-key-file-pass tls-key-file-pass
    `,
  ],
  [
    '7.0',
    `
    aof-disable-auto-gc aof-timestamp-enabled appenddirname bind-source-addr
    busy-reply-threshold cluster-allow-pubsubshard-when-down cluster-announce-hostname
    cluster-link-sendbuf-limit cluster-port cluster-preferred-endpoint-type enable-debug-command
    enable-module-command enable-protected-configs hash-max-listpack-entries
    hash-max-listpack-value latency-tracking latency-tracking-info-percentiles
    list-max-listpack-size loading-process-events-interval-bytes maxmemory-clients
    propagation-error-behavior repl-diskless-sync-max-replicas replica-ignore-disk-write-errors
    shutdown-on-sigint shutdown-on-sigterm shutdown-timeout socket-mark-id watchdog-period
    zset-max-listpack-entries zset-max-listpack-value
    `,
  ],
  [
    '7.2',
    `
    cluster-announce-human-nodename cluster-ping-interval locale-collate
    set-max-listpack-entries set-max-listpack-value
    `,
  ],
  [
    '7.4',
    `
    aof-rewrite-cpulist bgsave-cpulist bio-cpulist hide-user-data-from-log
    max-new-connections-per-cycle max-new-tls-connections-per-cycle server-cpulist
    `,
  ],
  [
    '8.0',
    `
    cluster-compatibility-sample-ratio repl-rdb-channel replica-full-sync-buffer-limit
    `,
  ],
  [
    '8.2',
    `
    cluster-slot-stats-enabled lazyexpire-nested-arbitrary-keys prefetch-batch-max-size
    vset-force-single-threaded-execution
    `,
  ],
  [
    '8.4',
    `
    aof-load-corrupt-tail-max-size cluster-slot-migration-handoff-max-lag-bytes
    cluster-slot-migration-max-archived-tasks cluster-slot-migration-sync-buffer-drain-timeout
    cluster-slot-migration-write-pause-timeout lookahead
    `,
  ],
  [
    '8.6',
    `
    key-memory-histograms stream-idmp-duration stream-idmp-maxsize tls-auth-clients-user
    `,
  ],
  [
    '8.8',
    `
    array-slice-size array-sparse-kmax array-sparse-kmin slowlog-entry-max-argc
    slowlog-entry-max-string-len
    `,
  ],
  ['6.2.20 7.2.11 7.4.6 8.0.4 8.2.2', 'lua-enable-deprecated-api'],
];

/** Beside those that Valkey has from {@link FORKED_FROM}. */
export const VALKEY_DIRECTIVES: Additions = [
  [
    '8.0',
    `
    aof-rewrite-cpulist availability-zone bgsave-cpulist bio-cpulist
    cluster-announce-client-ipv4 cluster-announce-client-ipv6 cluster-blacklist-ttl
    cluster-slot-stats-enabled debug-context dual-channel-replication-enabled
    enable-debug-assert events-per-io-thread extended-redis-compatibility
    hide-user-data-from-log max-new-connections-per-cycle max-new-tls-connections-per-cycle
    prefetch-batch-max-size primaryauth primaryuser server-cpulist unixsocketgroup
    `,
  ],
  [
    '8.1',
    `
    active-defrag-cycle-us cluster-manual-failover-timeout commandlog-execution-slower-than
    commandlog-large-reply-max-len commandlog-large-request-max-len commandlog-reply-larger-than
    commandlog-request-larger-than commandlog-slow-execution-max-len import-mode log-format
    log-timestamp-format rdb-version-check rdma-bind rdma-completion-vector rdma-port
    rdma-rx-size
    `,
  ],
  [
    '9.0',
    `
    cluster-announce-client-port cluster-announce-client-tls-port cluster-databases
    cluster-slot-migration-log-max-len min-io-threads-avoid-copy-reply
    min-string-size-avoid-copy-reply min-string-size-avoid-copy-reply-threaded mptcp repl-mptcp
    slot-migration-max-failover-repl-bytes tls-auth-clients-user
    `,
  ],
  [
    '9.1',
    `
    cluster-config-save-behavior cluster-message-gossip-perc hash-seed io-threads-always-active
    tls-auto-reload-interval
    `,
  ],
  ['7.2.11 8.0.6 8.1.4 9.0', 'lua-enable-deprecated-api lua-enable-insecure-api'],
];

/** The Redis whose directives are those of the first Valkey. */
const FORKED_FROM = '7.2.4';

/** The first version without it. Names that are still accepted and ignored are not removed. */
const REMOVED: Readonly<Record<Engine, ReadonlyMap<string, string>>> = {
  redis: new Map([['gopher-enabled', '7.0']]),
  valkey: new Map(),
};

export type DirectiveStatus =
  | { readonly kind: 'known' | 'unknown' }
  /** Not in this version: exists since a later one, or was removed in an earlier one. */
  | { readonly kind: 'since' | 'until'; readonly version: string };

/** Whether a core build of `engine` at `version` (x.y.z) accepts the directive, in any case. */
export function directiveStatus(engine: Engine, version: string, name: string): DirectiveStatus {
  const directive = name.toLowerCase();
  const firsts = firstVersions(engine).get(directive);
  if (!firsts) return { kind: 'unknown' };
  const removed = REMOVED[engine].get(directive);
  if (removed && compareVersions(version, removed) >= 0) return { kind: 'until', version: removed };
  const own = firsts.find((first) => branch(first) === branch(version)) ?? firsts.at(-1) ?? '0';
  if (compareVersions(version, own) >= 0) return { kind: 'known' };
  const next = firsts.find((first) => compareVersions(first, version) > 0);
  return { kind: 'since', version: next ?? own };
}

/** All names that {@link directiveStatus} calls known, sorted. */
export function knownDirectives(engine: Engine, version: string): string[] {
  return [...firstVersions(engine).keys()]
    .filter((name) => directiveStatus(engine, version, name).kind === 'known')
    .sort();
}

const tables = new Map<Engine, ReadonlyMap<string, readonly string[]>>();

/** Built when first asked: most commands of the CLI never look at a directive. */
function firstVersions(engine: Engine): ReadonlyMap<string, readonly string[]> {
  const built = tables.get(engine);
  if (built) return built;
  const table = new Map<string, readonly string[]>();
  if (engine === 'valkey') {
    for (const name of knownDirectives('redis', FORKED_FROM)) table.set(name, ['0']);
  }
  for (const [firsts, names] of engine === 'redis' ? REDIS_DIRECTIVES : VALKEY_DIRECTIVES) {
    const versions = firsts.split(' ');
    for (const name of names.trim().split(/\s+/)) table.set(name, versions);
  }
  tables.set(engine, table);
  return table;
}

function branch(version: string): string {
  return version.split('.', 2).join('.');
}
