/** Copying the finished build of the node that builds to this machine's cache, so that nothing is compiled twice. */
import { keepNodeBuild, nodeBuilds } from '../../cache/node-builds.js';
import { RedisLabError } from '../../errors.js';
import { builderOf, type LabModel } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import type { Shell } from './shell.js';

/** Where a node keeps its build for the others. */
const SHARE = '/var/lib/redis-lab/share';

/** Ends the list: without it, output was lost on the way, which happens now and then (LXD 5.0). */
const END = 'end of list';
const LIST = `cd ${SHARE} 2>/dev/null && cat -- *.build.tar.gz.sha256 2>/dev/null; echo '${END}'`;
const TRIES = 3;

/**
 * Does nothing if the build is there already. Gives a note if it fails, since the lab runs all the same.
 * @throws the signal's reason
 */
export async function fetchBuild(
  shell: Shell,
  { redis, ...lab }: LabModel,
  signal: AbortSignal | undefined,
): Promise<Message | undefined> {
  if (redis.install === 'package') return undefined;
  const builder = builderOf({ redis, ...lab }).name;
  try {
    const list = await listOn(shell, builder, signal);
    const known = new Set((await nodeBuilds(redis, { signal })).map(({ sha256 }) => sha256));
    for (const line of list.split('\n')) {
      const [, sha256, name] = /^([0-9a-f]{64}) {2}([\w.-]+\.build\.tar\.gz)$/.exec(line) ?? [];
      if (!sha256 || !name || known.has(sha256)) continue;
      // Encoded, because not every backend's shell passes bytes on unchanged.
      const text = await shell.call(builder, ['base64', `${SHARE}/${name}`], {
        deadlineMs: 300_000,
        signal,
      });
      const content = Buffer.from(text, 'base64');
      await keepNodeBuild(redis, { name, content, sha256 }, { signal });
    }
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    return message('note.build-not-kept', { said: error.message });
  }
}

async function listOn(
  shell: Shell,
  node: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let tries = 1; ; tries++) {
    const { stdout } = await shell.attempt(node, ['sh', '-c', LIST], { signal });
    if (stdout.includes(END) || tries === TRIES) return stdout;
  }
}
