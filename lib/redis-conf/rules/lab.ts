/** Servers and Sentinels of a configuration, with what rules across files ask of them. */
import { lowerCase } from '../parse.js';
import {
  type Conf,
  type Configuration,
  groupedBy,
  isUnknown,
  linesNamed,
  settingOf,
  valueIn,
} from './configuration.js';
import { bindOf, isEverywhere, isLoopback, usualPort } from './endpoint.js';
import { type Line, textAt } from './finding.js';
import { type Group as GroupOf, groupsOf } from './replication-groups.js';

export type Group = GroupOf<Server>;

export interface Server {
  readonly conf: Conf;
  readonly port: string;
  /** Where others reach it, as far as its own file says. */
  readonly addresses: readonly string[];
  readonly replicaof?: { readonly host: string; readonly port: string; readonly line: Line };
}

export interface Monitor {
  readonly name: string;
  readonly host: string;
  readonly port: string;
  readonly quorum: number;
  readonly line: Line;
}

export interface Sentinel {
  readonly conf: Conf;
  readonly port: string;
  readonly monitors: readonly Monitor[];
  /** Lines of one of its directives by the master that they are for. */
  readonly of: (directive: string, master: string) => readonly Line[];
}

export interface Lab {
  readonly servers: readonly Server[];
  readonly sentinels: readonly Sentinel[];
  /** Whether all run on one host: they name loopback only. */
  readonly oneHost: boolean;
  readonly groups: readonly Group[];
  /** What Sentinels watch, by the name of the master, and by its host and port. */
  readonly byName: ReadonlyMap<string, readonly Watched[]>;
  readonly byEndpoint: ReadonlyMap<string, readonly Watched[]>;
}

export interface Watched extends Monitor {
  readonly by: Conf;
}

export function labOf({ files }: Configuration): Lab {
  const servers = files.filter(({ kind }) => kind === 'redis').map(serverOf);
  const sentinels = files.filter(({ kind }) => kind === 'sentinel').map(sentinelOf);
  const hosts = [
    ...servers.flatMap(({ replicaof }) => (replicaof ? [replicaof.host] : [])),
    ...sentinels.flatMap(({ monitors }) => monitors.map(({ host }) => host)),
  ];
  const watched = sentinels.flatMap(({ conf, monitors }) =>
    monitors.map((monitor) => ({ ...monitor, by: conf })),
  );
  const oneHost = hosts.length > 0 && hosts.every(isLoopback);
  return {
    servers,
    sentinels,
    oneHost,
    // Nodes of a cluster follow nobody else, and no Sentinel watches them.
    groups: groupsOf(
      servers.filter((each) => !isCluster(each)),
      sentinels,
      oneHost,
    ),
    byName: groupedBy(watched, ({ name }) => name),
    byEndpoint: groupedBy(watched, endpointOf),
  };
}

export function endpointOf({ host, port }: Pick<Monitor, 'host' | 'port'>): string {
  return `${host} ${port}`;
}

function isCluster({ conf }: Server): boolean {
  return lowerCase(valueIn(conf, 'cluster-enabled') ?? '') === 'yes';
}

function serverOf(conf: Conf): Server {
  const follows = settingOf(conf, 'replicaof');
  const isKnown = follows && !follows.isTemplate && follows.args.length === 2;
  const isReplica = isKnown && lowerCase(textAt(follows, 0)) !== 'no';
  const binds = bindOf(conf)?.addresses ?? [];
  const announced = valueIn(conf, 'replica-announce-ip');
  const own = binds.filter((word) => word !== '' && !isEverywhere(word) && !isLoopback(word));
  return {
    conf,
    port: valueIn(conf, 'replica-announce-port') ?? portOf(conf),
    addresses: announced ? [announced] : own,
    ...(isReplica && {
      replicaof: { host: textAt(follows, 0), port: textAt(follows, 1), line: follows },
    }),
  };
}

/** The port that others use: that of TLS where there is no other. */
export function portOf(conf: Conf): string {
  const plain = isUnknown(conf, 'port') && settingOf(conf, 'port') ? '?' : valueIn(conf, 'port');
  if (plain !== '0') return plain ?? usualPort(conf);
  return valueIn(conf, 'tls-port') ?? '0';
}

function sentinelOf(conf: Conf): Sentinel {
  const monitors = linesNamed(conf, 'sentinel monitor').filter(({ args }) => args.length === 4);
  return {
    conf,
    port: portOf(conf),
    monitors: monitors.map((line) => ({
      name: textAt(line, 0),
      host: textAt(line, 1),
      port: textAt(line, 2),
      quorum: Number.parseInt(textAt(line, 3), 10),
      line,
    })),
    of: byMaster(conf),
  };
}

/** Whoever watches hundreds of masters has as many lines for each of them. */
function byMaster(conf: Conf): Sentinel['of'] {
  const known = new Map<string, Map<string, Line[]>>();
  return (directive, master) => {
    const own =
      known.get(directive) ?? groupedBy(linesNamed(conf, directive), (line) => textAt(line, 0));
    known.set(directive, own);
    return own.get(master) ?? [];
  };
}

/** Whether a server has this address, as far as files say. Where all are on one host, its port tells. */
export function isAt(server: Server, host: string, port: string, lab: Lab): boolean {
  if (server.port !== port) return false;
  const isOnly = lab.oneHost && lab.servers.filter((each) => each.port === port).length === 1;
  return server.addresses.includes(host) || (isOnly && isLoopback(host));
}

/** Whether Sentinel wrote into it: then it tells of a later day than redis.conf does. */
export function isRewritten({ conf }: Sentinel): boolean {
  return STATE.some((name) => conf.last.has(`sentinel ${name}`));
}

const STATE = ['known-replica', 'known-sentinel', 'current-epoch', 'leader-epoch', 'config-epoch'];
