/** Archives made by hand, so that they can be wrong in any way. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { NodeBuildFile } from '../../../lib/cache/node-builds.js';
import { buildLab } from '../../../lib/lab/lab.js';
import type { RedisModel } from '../../../lib/model/model.js';
import { NODE_BUILD_FLAGS } from '../../../lib/render/lab-env.js';
import type { RedisSpec } from '../../../lib/spec/types.generated.js';

export interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** `0` a file, `1` and `2` links, `5` a folder. Default: a file. */
  readonly type?: string;
  readonly target?: string;
  /** The size that its header says, where that is a lie. */
  readonly says?: string;
  /** Permission bits, seven octal digits. Default: 0000755. */
  readonly mode?: string;
}

/** A tar as GNU tar writes it. */
export function tarOf(...entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(member), Buffer.alloc(1024)]);
}

function member({
  name,
  content = '',
  type = '0',
  target = '',
  says,
  mode = '0000755',
}: Entry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'latin1');
  header.write(`${mode}\0`, 100);
  header.write(says ?? `${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write(target, 157, 100, 'latin1');
  header.write('ustar  \0', 257);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return Buffer.concat([header, bytes, padding]);
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function redisOf(redis: RedisSpec = {}): RedisModel {
  return buildLab({ redis }).model.redis;
}

export const REDIS = redisOf();

/** The file BUILD of a build that fits a description, with other values if you like. */
export function manifest(redis: RedisModel, changes: Readonly<Record<string, string>> = {}): Entry {
  const values = {
    engine: redis.engine,
    version: redis.version,
    source_sha256: redis.source.sha256,
    flags: NODE_BUILD_FLAGS.join(' '),
    distribution: 'debian-12',
    architecture: 'x86_64',
    ...changes,
  };
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  return { name: 'BUILD', content: lines.join('') };
}

/** What stands after BUILD in a build. */
export function programs({ engine }: RedisModel): Entry[] {
  return [
    { name: 'bin/', type: '5' },
    { name: `bin/${engine}-cli`, content: 'the client' },
    { name: `bin/${engine}-sentinel`, type: '2', target: `${engine}-server` },
    { name: `bin/${engine}-server`, content: 'the server'.repeat(1000) },
  ];
}

/** A finished build as a node would hand it over. */
export function finishedBuild(
  redis: RedisModel = REDIS,
  changes: Readonly<Record<string, string>> = {},
): NodeBuildFile {
  const content = gzipSync(tarOf(manifest(redis, changes), ...programs(redis)));
  const { distribution = 'debian-12', architecture = 'x86_64' } = changes;
  const name = `${redis.engine}-${redis.version}-${distribution}-${architecture}.build.tar.gz`;
  return { name, content, sha256: sha256(content) };
}

/** Gigabytes of nothing in little room: so many times ten megabytes. */
export function bomb(tens: number): Buffer {
  const ten = gzipSync(Buffer.alloc(10_000_000));
  return Buffer.concat(Array.from({ length: tens }, () => ten));
}
