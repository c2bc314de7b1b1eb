import path from 'node:path';
import { run } from '../command/run.js';
import type { RedisModel } from '../model/model.js';
import { exists } from '../workspace/inspect.js';
import { ASK_FOR_ANOTHER, buildFailure, LAST_LINES } from './build-failure.js';

const DEADLINE_MS = 120_000;

/**
 * Unpacks a source into an empty folder: the bytes whose digest was compared, since a file may have been replaced meanwhile.
 * @throws RedisLabError (4) when it is no source of Redis, or would write outside the folder
 */
export async function unpack(
  redis: RedisModel,
  source: Buffer,
  folder: string,
  { program, signal }: { readonly program: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const tar = async (...args: string[]) => {
    const call = { program, args, env: { LC_ALL: 'C' } };
    const ran = await run(call, { deadlineMs: DEADLINE_MS, input: source, signal, detached: true });
    if (ran.code !== 0) {
      const said = `${ran.stdout}${ran.stderr}`.trimEnd().split('\n').slice(-LAST_LINES);
      throw buildFailure(redis, `tar ended with ${ran.code}`, said.join('\n'));
    }
    return ran.stdout;
  };
  // Each tar treats such names differently, and some change them: here they are an error.
  const outside = (await tar('-tzf', '-'))
    .split('\n')
    .find((name) => name.startsWith('/') || name.split('/').includes('..'));
  if (outside !== undefined) {
    const seen = `its source would write outside its folder: ${outside}`;
    throw buildFailure(redis, seen, ASK_FOR_ANOTHER);
  }
  // The name of the top folder varies, so it is left out.
  await tar('-xzf', '-', '-C', folder, '--strip-components=1', '--no-same-owner');
  if (!exists(path.join(folder, 'src', 'Makefile'))) {
    throw buildFailure(redis, 'there is no src/Makefile in its source', ASK_FOR_ANOTHER);
  }
}
