/** What travels from the host's cache to the nodes, and back: sources and finished builds. */
import path from 'node:path';
import { halfMade } from '../../cache/half-made.js';
import { NODE_BUILDS } from '../../cache/names.js';
import { keepNodeBuild, type NodeBuild, nodeBuilds } from '../../cache/node-builds.js';
import { keptSource, sourceOf } from '../../cache/source.js';
import { RedisLabError } from '../../errors.js';
import { builderOf, type LabModel, type NodeModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import { Folder } from '../../workspace/folder.js';
import { cacheHome } from '../../workspace/homes.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';

/** What the nodes of a lab get beside their user-data. */
export interface Payload {
  readonly builds: readonly NodeBuild[];
  /** Path of the source, for the node that builds; undefined where there is none, and builds instead. */
  readonly source: string | undefined;
}

export interface PayloadOptions {
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Gathers it. Downloads the source, once for ever, where neither it nor a build is at hand. */
export async function payloadFor(lab: LabModel, options: PayloadOptions): Promise<Payload> {
  const { redis } = lab;
  // A virtual machine takes files only once it runs, which is too late: it fetches by itself.
  if (redis.install === 'package' || lab.incus.vm) return { builds: [], source: undefined };
  const builds = await nodeBuilds(redis, options);
  // They may be for another distribution than the image's, so a source that is here goes along.
  if (builds.length === 0) await sourceOf(redis, options);
  return { builds, source: await keptSource(redis, options) };
}

/** Puts it into an instance that does not run yet. */
export async function load(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  { builds, source }: Payload,
): Promise<void> {
  const folder = `${addressOf(client.remote, lab.name, node.name)}${MACHINE.kitDir}/payload`;
  // One after another: two that make the same folders at once get into each other's way.
  for (const { name, path: file, sha256 } of builds) {
    await push(client, file, `${folder}/${name}`);
    await push(client, '-', `${folder}/${name}.sha256`, `${sha256}  ${name}\n`);
  }
  if (source !== undefined && node === builderOf(lab)) {
    const { engine, version } = lab.redis;
    await push(client, source, `${folder}/${engine}-${version}.tar.gz`);
  }
}

async function push(client: Client, from: string, to: string, input?: string): Promise<void> {
  const words = ['file', 'push', '--quiet', '--create-dirs', '--mode', '0644', from, to];
  await client.call(words, { deadlineMs: 300_000, ...(input === undefined ? {} : { input }) });
}

/** Where a node leaves its build, and hands it to others. */
const SHARE = '/var/lib/redis-lab/share';

const LIST = `cd ${SHARE} 2>/dev/null && cat -- *.build.tar.gz.sha256`;

/**
 * Takes the builder's finished build home, so that nothing is compiled a second time; nothing where it
 * is there already. Gives a sentence where that failed, which is no reason to give up a lab that runs.
 */
export async function bringHome(
  client: Client,
  lab: LabModel,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (lab.redis.install === 'package') return undefined;
  const instance = addressOf(client.remote, lab.name, builderOf(lab).name);
  const folder = new Folder(cacheHome());
  const coming = halfMade(NODE_BUILDS);
  try {
    const list = await client.attempt(['exec', instance, '-T', '--', 'sh', '-c', LIST], { signal });
    const known = new Set((await nodeBuilds(lab.redis, { signal })).map(({ sha256 }) => sha256));
    for (const line of list.stdout.split('\n')) {
      const [, sha256, name] = /^([0-9a-f]{64}) {2}([\w.-]+\.build\.tar\.gz)$/.exec(line) ?? [];
      if (!sha256 || !name || known.has(sha256)) continue;
      folder.makeFolder(NODE_BUILDS);
      const file = path.join(folder.root, coming);
      await client.call(['file', 'pull', '--quiet', `${instance}${SHARE}/${name}`, file], {
        deadlineMs: 300_000,
        signal,
      });
      const content = folder.read(coming)?.content;
      if (content) await keepNodeBuild(lab.redis, { name, content, sha256 }, { signal });
    }
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    return `The finished build was not kept: ${error.message} The next up will build again.`;
  } finally {
    folder.removeTree(coming);
  }
}
