import { compareVersions, type Engine } from '../model/releases.js';

/**
 * Names of redis.conf by the version that brought them. A security fix came to several branches:
 * then `firsts` has the first version of each. `0` is every version that redis-lab can write.
 *
 * Read from each version's `src/config.c`: the table of settings with its aliases, what the
 * parser handles by hand, and what it accepts and ignores. Directives of modules are absent (a
 * core build refuses them), except that of the vector sets, which are part of Redis; so are the
 * two that only a build with LOG_REQ_RES has. `sentinel` is accepted in Sentinel mode only.
 */
type Additions = readonly (readonly [firsts: string, names: Names])[];

type Names = Readonly<Partial<Record<DirectiveClass, string>>>;

/**
 * What a directive can do to whoever runs the server on a description that is not his own. Only
 * `free` ones may stand in `redis.config`.
 *
 * - `owned`: redis-lab writes it itself, or says the same by another key
 * - `path`: names a file, folder or socket, which the server reads, writes or replaces
 * - `script`: names code that is run
 * - `door`: decides who gets in, or reaches out of the lab: to the system's log, to the memory of others
 * - `free`: neither
 */
export type DirectiveClass = 'owned' | 'path' | 'script' | 'door' | 'free';

export const REDIS_DIRECTIVES: Additions = [
  [
    '0',
    {
      owned: `
        appendonly bind daemonize dir min-replicas-to-write min-slaves-to-write port
        protected-mode replica-announce-ip replica-announce-port replica-priority replicaof
        save sentinel slave-announce-ip slave-announce-port slave-priority slaveof supervised
      `,
      path: `
        aclfile appendfilename cluster-config-file dbfilename include logfile pidfile
        tls-ca-cert-dir tls-ca-cert-file tls-cert-file tls-client-cert-file
        tls-client-key-file tls-dh-params-file tls-key-file unixsocket
      `,
      door: `
        acl-pubsub-default cluster-allow-reads-when-down cluster-announce-bus-port
        cluster-announce-ip cluster-announce-port cluster-enabled cluster-migration-barrier
        cluster-node-timeout cluster-replica-no-failover cluster-replica-validity-factor
        cluster-require-full-coverage cluster-slave-no-failover cluster-slave-validity-factor
        gopher-enabled masterauth masteruser oom-score-adj oom-score-adj-values rename-command
        replica-read-only requirepass slave-read-only syslog-enabled syslog-facility
        syslog-ident tls-auth-clients tls-ciphers tls-ciphersuites tls-cluster tls-port
        tls-prefer-server-ciphers tls-protocols tls-replication tls-session-cache-size
        tls-session-cache-timeout tls-session-caching unixsocketperm user
      `,
      script: 'loadmodule',
      free: `
        acllog-max-len active-defrag-cycle-max active-defrag-cycle-min
        active-defrag-ignore-bytes active-defrag-max-scan-fields active-defrag-threshold-lower
        active-defrag-threshold-upper active-expire-effort activedefrag activerehashing
        always-show-logo aof-load-truncated aof-rewrite-incremental-fsync aof-use-rdb-preamble
        aof_rewrite_cpulist appendfsync auto-aof-rewrite-min-size auto-aof-rewrite-percentage
        bgsave_cpulist bio_cpulist client-output-buffer-limit client-query-buffer-limit
        crash-log-enabled crash-memcheck-enabled databases disable-thp dynamic-hz
        hash-max-ziplist-entries hash-max-ziplist-value hll-sparse-max-bytes hz
        ignore-warnings io-threads io-threads-do-reads jemalloc-bg-thread key-load-delay
        latency-monitor-threshold lazyfree-lazy-eviction lazyfree-lazy-expire
        lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush
        lfu-decay-time lfu-log-factor list-compress-depth list-max-ziplist-entries
        list-max-ziplist-size list-max-ziplist-value loglevel lua-replicate-commands
        lua-time-limit maxclients maxmemory maxmemory-eviction-tenacity maxmemory-policy
        maxmemory-samples min-replicas-max-lag min-slaves-max-lag no-appendfsync-on-rewrite
        notify-keyspace-events proc-title-template proto-max-bulk-len rdb-del-sync-files
        rdb-key-save-delay rdb-save-incremental-fsync rdbchecksum rdbcompression
        repl-backlog-size repl-backlog-ttl repl-disable-tcp-nodelay repl-diskless-load
        repl-diskless-sync repl-diskless-sync-delay repl-ping-replica-period
        repl-ping-slave-period repl-timeout replica-ignore-maxmemory replica-lazy-flush
        replica-serve-stale-data sanitize-dump-payload server_cpulist set-max-intset-entries
        set-proc-title slave-ignore-maxmemory slave-lazy-flush slave-serve-stale-data
        slowlog-log-slower-than slowlog-max-len stop-writes-on-bgsave-error
        stream-node-max-bytes stream-node-max-entries tcp-backlog tcp-keepalive timeout
        tracking-table-max-keys use-exit-on-panic zset-max-ziplist-entries
        zset-max-ziplist-value
      `,
    },
  ],
  [
    '6.2.2',
    {
      owned: 'replica-announced',
      door: `
        cluster-allow-replica-migration cluster-announce-tls-port tls-client-key-file-pass
        tls-key-file-pass
      `,
    },
  ],
  [
    '7.0',
    {
      owned: 'bind-source-addr enable-debug-command',
      path: 'appenddirname',
      door: `
        cluster-allow-pubsubshard-when-down cluster-announce-hostname
        cluster-link-sendbuf-limit cluster-port cluster-preferred-endpoint-type
        enable-module-command enable-protected-configs socket-mark-id
      `,
      free: `
        aof-disable-auto-gc aof-timestamp-enabled busy-reply-threshold
        hash-max-listpack-entries hash-max-listpack-value latency-tracking
        latency-tracking-info-percentiles list-max-listpack-size
        loading-process-events-interval-bytes maxmemory-clients propagation-error-behavior
        repl-diskless-sync-max-replicas replica-ignore-disk-write-errors shutdown-on-sigint
        shutdown-on-sigterm shutdown-timeout watchdog-period zset-max-listpack-entries
        zset-max-listpack-value
      `,
    },
  ],
  [
    '7.2',
    {
      door: 'cluster-announce-human-nodename cluster-ping-interval',
      free: 'locale-collate set-max-listpack-entries set-max-listpack-value',
    },
  ],
  [
    '7.4',
    {
      free: `
        aof-rewrite-cpulist bgsave-cpulist bio-cpulist hide-user-data-from-log
        max-new-connections-per-cycle max-new-tls-connections-per-cycle server-cpulist
      `,
    },
  ],
  [
    '8.0',
    {
      free: `
        cluster-compatibility-sample-ratio repl-rdb-channel replica-full-sync-buffer-limit
      `,
    },
  ],
  [
    '8.2',
    {
      door: 'cluster-slot-stats-enabled',
      free: `
        lazyexpire-nested-arbitrary-keys prefetch-batch-max-size
        vset-force-single-threaded-execution
      `,
    },
  ],
  [
    '8.4',
    {
      door: `
        cluster-slot-migration-handoff-max-lag-bytes cluster-slot-migration-max-archived-tasks
        cluster-slot-migration-sync-buffer-drain-timeout
        cluster-slot-migration-write-pause-timeout
      `,
      free: 'aof-load-corrupt-tail-max-size lookahead',
    },
  ],
  [
    '8.6',
    {
      door: 'tls-auth-clients-user',
      free: 'key-memory-histograms stream-idmp-duration stream-idmp-maxsize',
    },
  ],
  [
    '8.8',
    {
      free: `
        array-slice-size array-sparse-kmax array-sparse-kmin slowlog-entry-max-argc
        slowlog-entry-max-string-len
      `,
    },
  ],
  ['6.2.20 7.2.11 7.4.6 8.0.4 8.2.2', { door: 'lua-enable-deprecated-api' }],
];

/** Beside those that Valkey has from {@link FORKED_FROM}. */
export const VALKEY_DIRECTIVES: Additions = [
  [
    '8.0',
    {
      door: `
        cluster-announce-client-ipv4 cluster-announce-client-ipv6 cluster-blacklist-ttl
        cluster-slot-stats-enabled enable-debug-assert primaryauth primaryuser unixsocketgroup
      `,
      free: `
        aof-rewrite-cpulist availability-zone bgsave-cpulist bio-cpulist debug-context
        dual-channel-replication-enabled events-per-io-thread extended-redis-compatibility
        hide-user-data-from-log max-new-connections-per-cycle
        max-new-tls-connections-per-cycle prefetch-batch-max-size server-cpulist
      `,
    },
  ],
  [
    '8.1',
    {
      door: `
        cluster-manual-failover-timeout rdma-bind rdma-completion-vector rdma-port
        rdma-rx-size
      `,
      free: `
        active-defrag-cycle-us commandlog-execution-slower-than commandlog-large-reply-max-len
        commandlog-large-request-max-len commandlog-reply-larger-than
        commandlog-request-larger-than commandlog-slow-execution-max-len import-mode
        log-format log-timestamp-format rdb-version-check
      `,
    },
  ],
  [
    '9.0',
    {
      door: `
        cluster-announce-client-port cluster-announce-client-tls-port cluster-databases
        cluster-slot-migration-log-max-len mptcp repl-mptcp tls-auth-clients-user
      `,
      free: `
        min-io-threads-avoid-copy-reply min-string-size-avoid-copy-reply
        min-string-size-avoid-copy-reply-threaded slot-migration-max-failover-repl-bytes
      `,
    },
  ],
  [
    '9.1',
    {
      door: `
        cluster-config-save-behavior cluster-message-gossip-perc tls-auto-reload-interval
      `,
      free: 'hash-seed io-threads-always-active',
    },
  ],
  ['7.2.11 8.0.6 8.1.4 9.0', { door: 'lua-enable-deprecated-api lua-enable-insecure-api' }],
];

/** What stands after `sentinel` in a sentinel.conf, old names as well. */
const SENTINEL_DIRECTIVES: Names = {
  owned: `
    announce-ip announce-port deny-scripts-reconfig down-after-milliseconds failover-timeout
    known-replica known-sentinel known-slave monitor myid parallel-syncs
  `,
  script: 'client-reconfig-script notification-script',
  door: `
    announce-hostnames auth-pass auth-user rename-command resolve-hostnames sentinel-pass
    sentinel-user
  `,
  free: `
    config-epoch current-epoch leader-epoch master-reboot-down-after-period
    primary-reboot-down-after-period
  `,
};

/**
 * What a directive can do, of any engine and version, in any case; undefined for one that redis-lab
 * does not know. One of Sentinel's own is asked for with both words: `sentinel auth-pass`.
 */
export function classOf(name: string): DirectiveClass | undefined {
  classes ??= new Map(
    [...REDIS_DIRECTIVES, ...VALKEY_DIRECTIVES]
      .flatMap(([, names]) => each(names))
      .concat(each(SENTINEL_DIRECTIVES).map(([word, kind]) => [`sentinel ${word}`, kind])),
  );
  // Not toLowerCase: that takes other letters for ASCII ones, and a server does not.
  return classes.get(name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
}

let classes: ReadonlyMap<string, DirectiveClass> | undefined;

function each(names: Names): [name: string, kind: DirectiveClass][] {
  return Object.entries(names).flatMap(([kind, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((name): [string, DirectiveClass] => [name, kind as DirectiveClass]),
  );
}

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
    for (const [name] of each(names)) table.set(name, versions);
  }
  tables.set(engine, table);
  return table;
}

function branch(version: string): string {
  return version.split('.', 2).join('.');
}
