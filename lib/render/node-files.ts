/**
 * The files of one node: what lies in `nodes/NAME/` for people to open, what cloud-init puts into
 * the kit folder of the machine, and what carries it there.
 */
import { builderOf, type LabModel, type NodeModel, sharesBuild } from '../model/model.js';
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

/** What a node's seed has in addition when a lab is brought up. */
interface SeedExtras {
  /** Sources and builds, under the names that the node's scripts expect. */
  readonly payload: readonly IsoFile[];
  /** @see secretFiles */
  readonly shareKey: string;
}

/** The files of `nodes/NAME/`, with paths below the output folder. With extras they contain a secret. */
export function nodeFiles(lab: LabModel, node: NodeModel, extras?: SeedExtras): RenderedFile[] {
  const kit = publicFiles(lab, node);
  const secrets = extras ? secretFiles(lab, extras.shareKey) : [];
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
export function kitFiles(lab: LabModel, node: NodeModel, shareKey?: string): KitFile[] {
  return [...publicFiles(lab, node), ...(shareKey === undefined ? [] : secretFiles(lab, shareKey))];
}

/**
 * What only root may read on a node.
 * @param shareKey 64 hex digits, the same for all nodes of a lab: with it the builder signs the build that it gives to
 * the others (`templates/node/install.sh`)
 */
function secretFiles(lab: LabModel, shareKey: string): KitFile[] {
  if (!sharesBuild(lab, builderOf(lab))) return [];
  return [{ path: 'share.key', mode: 0o600, content: `${shareKey}\n` }];
}

function publicFiles(lab: LabModel, node: NodeModel): (KitFile & RenderedFile)[] {
  const { runsRedis, runsSentinel } = node;
  const text = (path: string, content: string) => ({ path, mode: 0o644, content }) as const;
  return [
    text('lab.env', labEnv(lab, node)),
    ...SCRIPTS.map((path) => ({ path, mode: 0o755, content: verbatim(`node/${path}`) }) as const),
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
