/** What a failover needs of the servers together. */
import { lowerCase } from '../parse.js';
import { type Conf, linesNamed, settingOf, valueIn } from './configuration.js';
import type { Context } from './context.js';
import { usualPort } from './endpoint.js';
import { placeOf, placeOfArgument, placeOfFile, textAt } from './finding.js';
import type { Group, Lab, Server } from './lab.js';
import { isOn } from './server.js';

type Adds = Context['findings'];

export function groupRules({ configuration, lab, findings }: Context): void {
  for (const group of lab.groups) {
    priorities(group, findings);
    safety(group, lab, findings);
  }
  renamed(lab, findings);
  ports(configuration.files, findings);
  folders(lab, findings);
  transport(lab, findings);
  clusters(lab, findings);
}

/** A cluster that a Sentinel watches, and none that only lies beside what it watches. */
function clusters({ servers, sentinels }: Lab, findings: Adds): void {
  const watched = new Set(sentinels.flatMap(({ monitors }) => monitors.map(({ port }) => port)));
  const isCluster = ({ conf }: Server) => isOn(conf, 'cluster-enabled');
  for (const server of servers.filter(isCluster)) {
    const isOther = servers.some((each) => !isCluster(each) && each.port === server.port);
    const cluster = settingOf(server.conf, 'cluster-enabled');
    if (cluster && watched.has(server.port) && !isOther) {
      findings.add('cluster.with-sentinel', server.conf, placeOf(cluster));
    }
  }
}

function priorities({ servers, names }: Group, findings: Adds): void {
  const replicas = servers.filter(({ replicaof }) => replicaof);
  const never = replicas.filter(({ conf }) => valueIn(conf, 'replica-priority') === '0');
  if (replicas.length === 0 || never.length < replicas.length) return;
  if (names.size === 0 && replicas.length === 1) return;
  for (const { conf } of never) {
    const line = settingOf(conf, 'replica-priority');
    if (line) findings.add('priority.all-zero', conf, placeOf(line));
  }
}

/** What a Sentinel sends to servers. */
const SENT = new Set([
  ...['config', 'slaveof', 'replicaof', 'multi', 'exec', 'info', 'ping', 'publish', 'subscribe'],
  ...['client', 'script', 'role', 'hello', 'auth'],
]);

function renamed({ servers, sentinels }: Lab, findings: Adds): void {
  const told = new Set(
    sentinels.flatMap(({ conf }) =>
      linesNamed(conf, 'sentinel rename-command').map((line) => lowerCase(textAt(line, 1))),
    ),
  );
  for (const { conf } of servers) {
    for (const line of linesNamed(conf, 'rename-command')) {
      const command = lowerCase(textAt(line, 0));
      if (!SENT.has(command) || told.has(command)) continue;
      const values = { command: command.toUpperCase() };
      const code = sentinels.length > 0 ? 'rename.unknown-to-sentinel' : 'rename.for-sentinel';
      findings.add(code, conf, placeOf(line), { values });
    }
  }
}

function safety({ servers, names }: Group, { sentinels }: Lab, findings: Adds): void {
  const replicas = servers.filter(({ replicaof }) => replicaof).length;
  if (replicas === 0 || names.size === 0) return;
  const downs = sentinels.flatMap(({ of }) =>
    [...names].flatMap((name) =>
      of('sentinel down-after-milliseconds', name).map((line) => Number(textAt(line, 1))),
    ),
  );
  const down = Math.min(...downs.filter((ms) => ms > 0), 30_000);
  for (const { conf, replicaof } of servers) {
    const line = settingOf(conf, 'min-replicas-to-write');
    const wanted = line ? Number(textAt(line, 0)) : 0;
    if (line && wanted >= replicas && wanted > 0) {
      findings.add('min-replicas.all', conf, placeOf(line), { values: { wanted, replicas } });
    }
    if (wanted === 0 && !replicaof && !conf.partial && !conf.template) {
      findings.add('min-replicas.none', conf, line ? placeOf(line) : placeOfFile(conf.name));
    }
    const lag = settingOf(conf, 'min-replicas-max-lag');
    if (lag && wanted > 0 && Number(textAt(lag, 0)) * 1000 > down) {
      const values = { lag: textAt(lag, 0), down };
      findings.add('min-replicas.lag', conf, placeOfArgument(lag, 0), { values });
    }
  }
}

/** Two servers of one node that want the same port. */
function ports(files: readonly Conf[], findings: Adds): void {
  const taken = new Map<string, Conf>();
  for (const conf of files) {
    if ((conf.kind !== 'redis' && conf.kind !== 'sentinel') || conf.template || conf.partial)
      continue;
    const line = settingOf(conf, 'port');
    const port = line ? textAt(line, 0) : usualPort(conf);
    const key = `${conf.node} ${port}`;
    const other = taken.get(key);
    if (other && other.kind !== conf.kind && port !== '0') {
      const place = line ? placeOf(line) : placeOfFile(conf.name);
      findings.add('port.taken', conf, place, { values: { port, file: other.name } });
    }
    taken.set(key, conf);
  }
}

/** Several servers on one host that keep their data in the same file. */
function folders({ servers, oneHost }: Lab, findings: Adds): void {
  if (!oneHost) return;
  const taken = new Map<string, Conf>();
  for (const { conf } of servers) {
    const line = settingOf(conf, 'dir');
    const dir = line ? textAt(line, 0) : undefined;
    // A relative one is relative to where the server is started.
    if (!line || !dir?.startsWith('/')) continue;
    const key = `${dir.replace(/\/+$/, '')}/${valueIn(conf, 'dbfilename') ?? 'dump.rdb'}`;
    const other = taken.get(key);
    // With the same port they are on two hosts.
    const isBeside = other && valueIn(other, 'port') !== valueIn(conf, 'port');
    if (isBeside) findings.add('dir.shared', conf, placeOf(line), { values: { file: other.name } });
    taken.set(key, conf);
  }
}

/** Some speak TLS only, and others do not. */
function transport({ servers, sentinels }: Lab, findings: Adds): void {
  const secure = servers.filter(
    ({ conf }) => valueIn(conf, 'port') === '0' && settingOf(conf, 'tls-port'),
  );
  if (secure.length === 0 || secure.length < servers.length) return;
  for (const { conf, monitors } of sentinels) {
    const [first] = monitors;
    const isSaid = settingOf(conf, 'tls-port') !== undefined && valueIn(conf, 'port') === '0';
    if (isOn(conf, 'tls-replication') || conf.partial || isSaid || !first) continue;
    findings.add('tls.sentinel', conf, placeOf(first.line));
  }
}
