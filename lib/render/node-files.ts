/**
 * The files of one machine: what lies in `nodes/NAME/` for people to open, what cloud-init puts into
 * the kit folder of the machine, and what carries it there.
 */
import {
  builderOf,
  isClient,
  type LabModel,
  type MachineModel,
  machinesOf,
  type NodeModel,
  sharesBuild,
} from '../model/model.js';
import type { RenderedFile } from './file.js';
import { type IsoFile, isoImage } from './iso.js';
import { labEnv } from './lab-env.js';
import { MACHINE } from './layout.js';
import { metaData, networkConfig } from './nocloud.js';
import { redisConf } from './redis-conf.js';
import { sentinelConf } from './sentinel-conf.js';
import { verbatim } from './template.js';
import { redisServerUnit, sentinelUnit, shareUnit } from './units.js';
import { type KitFile, userData } from './user-data.js';

const SCRIPTS = [
  'bootstrap.sh',
  'common.sh',
  'install.sh',
  'build.sh',
  'firewall.sh',
  'wait-for-master.sh',
  'share.py',
  'unpack.py',
] as const;

/** Those of them that a client has as well. */
const CLIENT_SCRIPTS = ['common.sh', 'firewall.sh', 'unpack.py'] as const;

/** What a node's seed has in addition when a lab is brought up. */
interface SeedExtras {
  /** Sources and builds, under the names that the node's scripts expect. */
  readonly payload: readonly IsoFile[];
  /** @see secretFiles */
  readonly shareKey: string;
}

/** The files of `nodes/NAME/`, with paths below the output folder. With extras they contain a secret. */
export function nodeFiles(lab: LabModel, node: MachineModel, extras?: SeedExtras): RenderedFile[] {
  const kit = publicFiles(lab, node);
  const secrets = extras ? secretFiles(lab, node, extras.shareKey) : [];
  const seed: Record<string, string> = {
    'user-data': userData(lab, node, [...kit, ...secrets]),
    'meta-data': metaData(lab, node),
    'network-config': networkConfig(lab, node),
  };
  const encoder = new TextEncoder();
  const image = isoImage('cidata', [
    ...Object.entries(seed).map(([name, text]) => ({ name, content: encoder.encode(text) })),
    ...(extras?.payload ?? []),
  ]);
  const texts = Object.entries(seed).map(([path, content]) => ({
    path,
    mode: 0o644 as const,
    content,
  }));
  return [...kit, ...texts, { path: 'seed.iso', mode: 0o644 as const, content: image }].map(
    (file) => ({ ...file, path: `nodes/${node.name}/${file.path}` }),
  );
}

/**
 * What the machine finds in its kit folder at first boot; paths below that folder.
 * @param shareKey {@link secretFiles}
 */
export function kitFiles(lab: LabModel, node: MachineModel, shareKey?: string): KitFile[] {
  const secrets = shareKey === undefined ? [] : secretFiles(lab, node, shareKey);
  return [...publicFiles(lab, node), ...secrets];
}

/**
 * What only root may read on a node; a client gets none of it, since it takes no build.
 * @param shareKey 64 hex digits, the same for all nodes of a lab: with it the builder signs the build that it gives to
 * the others (`templates/node/install.sh`)
 */
function secretFiles(lab: LabModel, node: MachineModel, shareKey: string): KitFile[] {
  if (isClient(node) || !sharesBuild(lab, builderOf(lab))) return [];
  return [{ path: 'share.key', mode: 0o600, content: `${shareKey}\n` }];
}

type KitText = KitFile & RenderedFile;

const text = (path: string, content: string) => ({ path, mode: 0o644, content }) as const;
const script = (path: string, file: Parameters<typeof verbatim>[0]) =>
  ({ path, mode: 0o755, content: verbatim(file) }) as const;

function publicFiles(lab: LabModel, node: MachineModel): KitText[] {
  const own = isClient(node) ? clientFiles(lab, node) : serverFiles(lab, node);
  return [text('lab.env', labEnv(lab, node)), ...own];
}

function clientFiles(lab: LabModel, client: MachineModel): KitText[] {
  const others = machinesOf(lab).filter((machine) => machine !== client);
  return [
    script('bootstrap.sh', 'client/bootstrap.sh'),
    ...CLIENT_SCRIPTS.map((path) => script(path, `node/${path}`)),
    text('hosts', others.map(({ ip, name }) => `${ip} ${name} # redis-lab\n`).join('')),
  ];
}

function serverFiles(lab: LabModel, node: NodeModel): KitText[] {
  const { runsRedis, runsSentinel } = node;
  return [
    ...SCRIPTS.map((path) => script(path, `node/${path}`)),
    text('sysctl.conf', verbatim('node/sysctl.conf')),
    ...(runsRedis
      ? [
          text('redis.conf', redisConf(lab, node, MACHINE)),
          text('redis-server.service', redisServerUnit(lab.redis)),
        ]
      : []),
    ...(runsSentinel
      ? [
          text('sentinel.conf', sentinelConf(lab, node, MACHINE)),
          text('redis-sentinel.service', sentinelUnit(lab.redis)),
        ]
      : []),
    ...(sharesBuild(lab, node) ? [text('redis-lab-share.service', shareUnit(lab))] : []),
  ];
}
