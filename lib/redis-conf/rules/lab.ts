/** Servers and Sentinels of a configuration, with what rules across files ask of them. */
import { lowerCase } from '../parse.js';
import {
  type Conf,
  type Configuration,
  isUnknown,
  linesNamed,
  settingOf,
  valueIn,
} from './configuration.js';
import { bound, isEverywhere, isLoopback } from './endpoint.js';
import type { Line } from './finding.js';

const text = (line: Line | undefined, at: number) => line?.args[at]?.text ?? '';

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
}

export interface Lab {
  readonly servers: readonly Server[];
  readonly sentinels: readonly Sentinel[];
  /** Whether all run on one host: they name loopback only. */
  readonly oneHost: boolean;
}

export function labOf({ files }: Configuration): Lab {
  const servers = files.filter(({ kind }) => kind === 'redis').map(serverOf);
  const sentinels = files.filter(({ kind }) => kind === 'sentinel').map(sentinelOf);
  const hosts = [
    ...servers.flatMap(({ replicaof }) => (replicaof ? [replicaof.host] : [])),
    ...sentinels.flatMap(({ monitors }) => monitors.map(({ host }) => host)),
  ];
  return { servers, sentinels, oneHost: hosts.length > 0 && hosts.every(isLoopback) };
}

function serverOf(conf: Conf): Server {
  const follows = settingOf(conf, 'replicaof');
  const isReplica = follows && follows.args.length === 2 && lowerCase(text(follows, 0)) !== 'no';
  const binds =
    linesNamed(conf, 'bind')
      .at(-1)
      ?.args.map((word) => bound(word.text)) ?? [];
  const announced = valueIn(conf, 'replica-announce-ip');
  const own = binds.filter((word) => word !== '' && !isEverywhere(word) && !isLoopback(word));
  return {
    conf,
    port: valueIn(conf, 'replica-announce-port') ?? portOf(conf, '6379'),
    addresses: announced ? [announced] : own,
    ...(isReplica && {
      replicaof: { host: text(follows, 0), port: text(follows, 1), line: follows },
    }),
  };
}

/** The port that others use: that of TLS where there is no other. */
function portOf(conf: Conf, usual: string): string {
  const plain = isUnknown(conf, 'port') && settingOf(conf, 'port') ? '?' : valueIn(conf, 'port');
  if (plain !== '0') return plain ?? usual;
  return valueIn(conf, 'tls-port') ?? '0';
}

function sentinelOf(conf: Conf): Sentinel {
  const monitors = linesNamed(conf, 'sentinel monitor').filter(({ args }) => args.length === 4);
  return {
    conf,
    port: portOf(conf, '26379'),
    monitors: monitors.map((line) => ({
      name: text(line, 0),
      host: text(line, 1),
      port: text(line, 2),
      quorum: Number.parseInt(text(line, 3), 10),
      line,
    })),
  };
}

/** Whether a server has this address, as far as files say. */
export function isAt(server: Server, host: string, port: string): boolean {
  return server.port === port && server.addresses.includes(host);
}

/** Whether Sentinel wrote into it: then it tells of a later day than redis.conf does. */
export function isRewritten({ conf }: Sentinel): boolean {
  return conf.lines.some(({ name }) =>
    /^sentinel (?:known-|current-epoch|leader-epoch|config-epoch)/.test(name),
  );
}
