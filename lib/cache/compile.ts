import os from 'node:os';
import path from 'node:path';
import { run } from '../command/run.js';
import type { RedisModel } from '../model/model.js';
import { message } from '../report/messages.js';
import { throttle } from '../throttle.js';
import { buildFailure, LAST_LINES } from './build-failure.js';
import type { CacheOptions } from './cache-options.js';
import { programsOf } from './cached-build.js';

/**
 * As on the nodes, but without systemd support, because no unit starts it here, and with the C library's malloc, which halves
 * the time. -O2, because linking with -O3 takes much memory.
 */
const FLAGS = ['BUILD_TLS=no', 'USE_SYSTEMD=no', 'MALLOC=libc', 'OPTIMIZATION=-O2'];

/** It usually takes a minute; on an emulated machine it took a quarter of an hour. */
const DEADLINE_MS = 3_600_000;

/**
 * Compiles the server and the client of an unpacked source, into its `src`.
 * @throws RedisLabError (4) when make fails, with its last lines; (5) when it does not end within an hour
 */
export async function compile(
  redis: RedisModel,
  tree: string,
  {
    program,
    onProgress,
    signal,
  }: {
    readonly program: string;
    readonly onProgress: CacheOptions['onProgress'];
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const last: string[] = [];
  let count = 0;
  const named = { engine: redis.engine, version: redis.version };
  const tell = throttle(() => onProgress?.(message('cache.compiling', { ...named, count })));
  const onLine = (line: string) => {
    count += 1;
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    tell();
  };
  const source = path.join(tree, 'src');
  const args = ['-C', source, `-j${jobs()}`, ...programsOf(redis), ...FLAGS];
  const ran = await run(
    { program, args, env: ENVIRONMENT },
    { deadlineMs: DEADLINE_MS, signal, detached: true, onLine },
  );
  if (ran.code !== 0) {
    throw buildFailure(
      redis,
      `make ended with ${ran.code}; its last lines:\n${last.join('\n')}`,
      'If a process was killed, there was too little memory; else read the first error above.',
    );
  }
}

const ENVIRONMENT = {
  LC_ALL: 'C',
  // Otherwise Redis writes the host's name and the time into the binary.
  SOURCE_DATE_EPOCH: '0',
  // In case that redis-lab itself was started by make.
  MAKEFLAGS: '',
  MAKELEVEL: '',
};

/** How many compilers at once: each needs up to 300 MB. On macOS, "free" is only a small part of the available memory. */
function jobs(): number {
  const memory = process.platform === 'darwin' ? os.totalmem() / 2 : os.freemem();
  const room = Math.min(memory, process.constrainedMemory() || Infinity) / 300e6;
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(room)));
}
