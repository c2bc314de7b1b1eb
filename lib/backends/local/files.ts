/** The files of a lab's machines on this host. */
import { type LabModel, machinesOf, type NodeModel } from '../../model/model.js';
import type { Secret } from '../../model/secret.js';
import { currentName } from '../../redis-conf/directives.js';
import { parseConf } from '../../redis-conf/parse.js';
import type { Layout } from '../../render/layout.js';
import { redisConf } from '../../render/redis-conf.js';
import { sentinelConf } from '../../render/sentinel-conf.js';
import type { Service } from '../backend.js';
import { type LabService, servicesOf } from '../services.js';
import { accessLines } from './access.js';
import { clientScript } from './client-script.js';
import type { LocalServer } from './local-server.js';
import { sourceLine } from './network.js';
import {
  at,
  binFolder,
  configFile,
  configFolder,
  dataFolder,
  type LabPaths,
  logFile,
  nodeFolder,
} from './paths.js';

/**
 * Writes missing files. An existing configuration is kept, because its server has rewritten it.
 */
export function writeNodes(
  paths: LabPaths,
  lab: LabModel,
  server: LocalServer,
  secret: Secret | undefined,
): void {
  const { folder } = paths;
  for (const { node, service } of servicesOf(lab)) {
    folder.makeFolder(dataFolder(node.name, service));
    const config = configFile(node.name, service);
    if (!folder.read(config))
      folder.replace(config, configuration(paths, lab, node, service, secret), 0o600);
    const log = logFile(node.name, service);
    if (!folder.read(log)) folder.replace(log, '', 0o600);
  }
  for (const machine of machinesOf(lab)) {
    for (const name of ['redis-cli', 'valkey-cli']) {
      const file = `${binFolder(machine.name)}/${name}`;
      const script = clientScript(lab, machine, server, secret);
      if (folder.read(file)?.content?.toString('utf8') !== script)
        folder.replace(file, script, 0o700);
    }
  }
}

/** Whether a node's Redis server will start as a replica; after a failover that may differ from the description. */
export function startsAsReplica({ folder }: LabPaths, { name }: NodeModel): boolean {
  const text = folder.read(configFile(name, 'redis'))?.content?.toString('utf8') ?? '';
  return parseConf(text).some((line) => currentName(line.name) === 'replicaof');
}

/** A configuration as redis-lab writes it, before its server rewrites it. */
export function configuration(
  paths: LabPaths,
  lab: LabModel,
  node: NodeModel,
  service: Service,
  secret: Secret | undefined,
): string {
  const layout: Layout = {
    kitDir: at(paths, nodeFolder(node.name)),
    configDir: at(paths, configFolder(node.name)),
    dataDir: at(paths, dataFolder(node.name, service)),
    loopback: [],
  };
  const rendered =
    service === 'redis' ? redisConf(lab, node, layout) : sentinelConf(lab, node, layout);
  const source = sourceLine(lab, node, service);
  const text =
    source === undefined
      ? rendered
      : `${rendered}\n# Where its connections come from.\n${source}\n`;
  if (!secret) return text;
  const access = ['', '# Nobody enters without a password.', ...accessLines(lab, service, secret)];
  return `${text}${access.join('\n')}\n`;
}

/** Directives that decide who can connect. */
const ACCESS =
  /^(?:user|requirepass|masteruser|masterauth|protected-mode|maxclients|sentinel (?:auth|sentinel)-(?:user|pass))$/;

/** Restores the users, passwords and limits of a live configuration, whatever was set at run time and written into it. */
export function restoreAccess(
  paths: LabPaths,
  lab: LabModel,
  { node, service }: LabService,
  secret: Secret | undefined,
): void {
  const file = configFile(node.name, service);
  const live = paths.folder.readOwn(file, 0o022)?.toString('latin1');
  if (live === undefined) return;
  const accessOf = (text: string) => parseConf(text).filter(({ name }) => ACCESS.test(name));
  const written = configuration(paths, lab, node, service, secret);
  const own = accessOf(Buffer.from(written, 'utf8').toString('latin1')).map(({ text }) => text);
  const set = new Set(accessOf(live).map(({ line }) => line - 1));
  const others = live
    .trimEnd()
    .split('\n')
    .filter((_, index) => !set.has(index));
  const text = [...others, ...own, ''].join('\n');
  paths.folder.replace(file, Buffer.from(text, 'latin1'), 0o600);
}
