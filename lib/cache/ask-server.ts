/** Asks a server program for engine and version. Its name does not tell: some distributions have Valkey under Redis's names. */
import { run } from '../command/run.js';
import { RedisLabError, visible } from '../errors.js';
import type { Engine } from '../model/releases.js';
import { type Message, message } from '../report/messages.js';

export interface Identity {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
}

/** Why a program cannot be used as a server, a sentence without its subject. */
export interface Flaw {
  readonly flaw: Message;
}

const DEADLINE_MS = 5000;

/** Valkey 7.2 prints `Server v=7.2.5`, newer ones `Valkey server v=8.1.1`. */
const ANSWER = /^(?:(Redis|Valkey) s|S)erver v=(\d+\.\d+\.\d+)(?= |$)/m;

/** The version of a development branch. */
const UNRELEASED = '255.255.255';

/**
 * Asks a program, called by the name `argv0`, for its version; it has 5 seconds.
 * @throws only the signal's reason
 */
export async function askServer(
  program: string,
  argv0: string,
  signal?: AbortSignal,
): Promise<Identity | Flaw> {
  try {
    const call = { program, argv0, args: ['--version'] };
    const ran = await run(call, { deadlineMs: DEADLINE_MS, signal, detached: true });
    const [, name, version] = ANSWER.exec(ran.stdout) ?? [];
    if (ran.code !== 0 || version === undefined) return { flaw: noVersion(ran) };
    if (version === UNRELEASED) return { flaw: message('server.development', { version }) };
    return { engine: name === 'Redis' ? 'redis' : 'valkey', version };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    const [reason = ''] = error.message.split('\n');
    return { flaw: message('server.silent', { said: visible(reason) }) };
  }
}

function noVersion({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) {
  const [line = ''] = `${stdout}${stderr}`.trim().split('\n');
  const said =
    line === '' ? message('server.nothing') : JSON.stringify(visible(line.slice(0, 100)));
  if (code === 0) return message('server.says', { said });
  return message('server.says-and-ends', { said, code });
}
