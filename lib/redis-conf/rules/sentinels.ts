/** Sentinels that do not agree, or are too few. */
import { linesNamed } from './configuration.js';
import type { Context } from './context.js';
import { bindOf, isLoopback, isLoopbackOnly } from './endpoint.js';
import { placeOf, placeOfArgument, textAt } from './finding.js';
import { endpointOf, isAt, isRewritten, type Lab, type Monitor, type Sentinel } from './lab.js';

export function sentinelsTogether({ lab, findings }: Context): void {
  const { sentinels } = lab;
  for (const sentinel of sentinels) {
    for (const monitor of sentinel.monitors) {
      quorum(sentinel, monitor, lab, findings);
      names(sentinel, monitor, lab, findings);
      watched(sentinel, monitor, lab, findings);
    }
  }
  identities(lab, findings);
  hosts(lab, findings);
}

type Adds = Context['findings'];

/** All Sentinels that watch a master, those of the files and those that one has seen. */
function watchers(monitor: Monitor, { byName, byEndpoint }: Lab, { of }: Sentinel): number {
  const named = byName.get(monitor.name) ?? [];
  const there = byEndpoint.get(endpointOf(monitor)) ?? [];
  const here = new Set([...some(named), ...some(there)].map(({ by }) => by)).size;
  return Math.max(here, of('sentinel known-sentinel', monitor.name).length + 1);
}

/** More than that many Sentinels of one master are in no configuration, but one may say a line a thousand times. */
function some<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, 500);
}

function quorum(sentinel: Sentinel, monitor: Monitor, lab: Lab, findings: Adds): void {
  const count = watchers(monitor, lab, sentinel);
  const { conf } = sentinel;
  const place = placeOfArgument(monitor.line, 3);
  const values = { quorum: monitor.quorum, count };
  if (count > 1 && monitor.quorum > count)
    findings.add('sentinel.quorum-above', conf, place, { values });
  else if (count === 2 && !lab.oneHost) findings.add('sentinel.only-two', conf, place);
  else if (count > 2 && monitor.quorum > Math.floor(count / 2) + 1) {
    findings.add('sentinel.quorum-high', conf, place, { values });
  }
  if (monitor.quorum <= 0 || lab.sentinels[0] !== sentinel) return;
  const other = some(lab.byName.get(monitor.name) ?? []).find(
    (each) => each.quorum !== monitor.quorum && each.quorum > 0,
  );
  if (other) {
    findings.add('sentinel.quorum-differs', conf, place, {
      values: { quorum: monitor.quorum, other: other.quorum, file: other.line.file },
    });
  }
}

/** The others know the same master by another name, or at another address. */
function names(sentinel: Sentinel, monitor: Monitor, lab: Lab, findings: Adds): void {
  // Said once: of the ones that differ from the first.
  const [first] = lab.sentinels;
  if (!first || first === sentinel) return;
  const named = (name: string, { conf }: Sentinel) =>
    some(lab.byName.get(name) ?? []).find(({ by }) => by === conf);
  const same = named(monitor.name, first);
  const there = some(lab.byEndpoint.get(endpointOf(monitor)) ?? []).find(
    ({ by }) => by === first.conf,
  );
  if (!same && there && !named(there.name, sentinel)) {
    findings.add('sentinel.names-differ', sentinel.conf, placeOfArgument(monitor.line, 0), {
      values: { name: monitor.name, other: there.name, file: there.line.file },
    });
  }
  if (!same || (same.host === monitor.host && same.port === monitor.port)) return;
  if (isRewritten(sentinel) || isRewritten(first)) return;
  const isOneHost = isLoopback(same.host) && isLoopback(monitor.host);
  // A name may be that of the address.
  const mayBeSame = isOneHost || !isComparable(same.host, monitor.host);
  if (mayBeSame && same.port === monitor.port) return;
  findings.add('sentinel.addresses-differ', sentinel.conf, placeOfArgument(monitor.line, 1), {
    values: {
      name: monitor.name,
      address: `${monitor.host}:${monitor.port}`,
      other: `${same.host}:${same.port}`,
      file: same.line.file,
    },
  });
}

/** What is watched is a replica, or nobody whom the servers follow. */
function watched(sentinel: Sentinel, monitor: Monitor, lab: Lab, findings: Adds): void {
  const { servers } = lab;
  if (isRewritten(sentinel) || servers.length === 0) return;
  const place = placeOfArgument(monitor.line, 1);
  const address = `${monitor.host}:${monitor.port}`;
  const server = servers.find((each) => isAt(each, monitor.host, monitor.port, lab));
  if (server?.replicaof) {
    const values = { address, file: server.conf.name, line: server.replicaof.line.line };
    findings.add('sentinel.monitors-replica', sentinel.conf, place, { values });
    return;
  }
  if (sentinel.monitors.length > 1) return;
  const stranger = servers.find(
    ({ replicaof }) =>
      replicaof &&
      (replicaof.host !== monitor.host || !isSamePort(replicaof.port, monitor.port)) &&
      !servers.some((each) => isAt(each, replicaof.host, replicaof.port, lab)) &&
      !(
        isLoopback(replicaof.host) &&
        isLoopback(monitor.host) &&
        replicaof.port === monitor.port
      ) &&
      isComparable(replicaof.host, monitor.host),
  );
  if (!stranger?.replicaof) return;
  const { host, port, line } = stranger.replicaof;
  findings.add('sentinel.other-master', sentinel.conf, place, {
    values: { address, other: `${host}:${port}`, file: line.file, line: line.line },
  });
}

/** One with fewer digits is told of as such. */
function isSamePort(port: string, other: string): boolean {
  return port === other || (port.length === 3 && other.startsWith(port));
}

/** An address and a name may be the same host; a name is another host than another name. */
function isComparable(one: string, other: string): boolean {
  const isName = (host: string) => /[a-z]/i.test(host) && !host.includes(':');
  return isName(one) === isName(other);
}

function identities({ sentinels }: Lab, findings: Adds): void {
  const known = new Map<string, string>();
  for (const { conf } of sentinels) {
    const line = linesNamed(conf, 'sentinel myid').at(-1);
    if (!line) continue;
    const id = textAt(line, 0);
    const other = known.get(id);
    if (other !== undefined) {
      findings.add('sentinel.same-id', conf, placeOf(line), { values: { file: other } });
    }
    known.set(id, conf.name);
  }
}

/** A Sentinel that watches its own loopback, where others on other hosts do so too. */
function hosts({ sentinels }: Lab, findings: Adds): void {
  const ports = new Set(sentinels.map(({ port }) => port));
  const nodes = new Set(sentinels.map(({ conf }) => conf.node));
  // On one host each has a port of its own.
  const isSpread = nodes.size > 1 && ports.size === 1;
  for (const { conf, monitors } of sentinels) {
    const [local] = monitors.filter(({ host }) => isLoopback(host));
    if (local && isSpread) {
      findings.add('sentinel.loopback', conf, placeOfArgument(local.line, 1), {
        values: { value: local.host },
      });
    }
    const bind = bindOf(conf);
    const beyond = monitors.find(({ host }) => !isLoopback(host));
    if (bind && isLoopbackOnly(bind) && beyond) {
      const values = { host: beyond.host };
      findings.add('bind.loopback-only', conf, placeOf(bind.line), { values });
    }
  }
}
