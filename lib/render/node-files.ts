/**
 * The files of one node: what lies in `nodes/NAME/` for people to open, what cloud-init puts into
 * the kit folder of the machine, and what carries it there.
 */
import { type LabModel, type NodeModel, sharesBuild } from '../model/model.js';
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
] as const;

/**
 * What `nodes/NAME/` holds, paths below the output folder.
 * @param payload goes onto the seed: sources and builds, by the names that a node calls them
 */
export function nodeFiles(
  lab: LabModel,
  node: NodeModel,
  payload: readonly IsoFile[] = [],
): RenderedFile[] {
  const kit = kitFiles(lab, node);
  const seed: Record<string, string> = {
    'user-data': userData(lab, node, kit),
    'meta-data': metaData(lab, node),
    'network-config': networkConfig(lab, node),
  };
  const encoder = new TextEncoder();
  const image = isoImage('cidata', [
    ...Object.entries(seed).map(([name, text]) => ({ name, content: encoder.encode(text) })),
    ...payload,
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

/** What the machine finds in its kit folder at first boot; paths below that folder. */
export function kitFiles(lab: LabModel, node: NodeModel): KitFile[] {
  const { runsRedis, runsSentinel } = node;
  const text = (path: string, content: string): KitFile => ({ path, mode: 0o644, content });
  return [
    text('lab.env', labEnv(lab, node)),
    ...SCRIPTS.map((path): KitFile => ({ path, mode: 0o755, content: verbatim(`node/${path}`) })),
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
    ...(sharesBuild(lab, node) ? [text('redis-lab-share.service', shareUnit(node))] : []),
  ];
}
