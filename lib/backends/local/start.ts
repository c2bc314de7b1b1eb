/** Starting a server, and waiting for its answer. */
import { now, sleep } from '../../clock.js';
import type { Invocation } from '../../command/call.js';
import { startDaemon } from '../../command/run.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { Identity, ProcessTable } from '../../process/processes.js';
import { closeFile } from '../../workspace/folder.js';
import { hasEnded, LAST_LINES } from '../last-words.js';
import { type LabService, listenAddress, spoken } from '../services.js';
import { LOCKED, whoAnswers } from './answer.js';
import { listensHere } from './guard.js';
import type { LocalServer } from './local-server.js';
import { at, configFile, dataFolder, type LabPaths, logFile, pidFile } from './paths.js';

export interface Started extends LabService {
  readonly identity: Identity;
  /** Resolves when it has ended: `with exit code 1`. */
  readonly ended: Promise<string>;
  /** Position in its log at which this start begins, bytes. */
  readonly logFrom: number;
  /** Time of the start, in milliseconds of `now()`. */
  readonly at: number;
}

/** Starts one server, which outlives this process. */
export async function start(
  paths: LabPaths,
  table: ProcessTable,
  server: LocalServer,
  service: LabService,
  env?: Readonly<Record<string, string>>,
): Promise<Started> {
  const log = logFile(service.node.name, service.service);
  const logFrom = paths.folder.readPart(log, 0, 0)?.size ?? 0;
  const output = paths.folder.openAppend(log);
  try {
    const command = commandOf(paths, table, server, service);
    const { pid, ended } = await startDaemon({ ...command, ...(env ? { env } : {}) }, output);
    const startedAt = now();
    const seen = (await table.look([pid])).get(pid);
    // If it has ended by now, `answered` tells.
    const identity = { pid, started: seen?.started ?? 'gone' };
    return { ...service, identity, ended, logFrom, at: startedAt };
  } finally {
    closeFile(output);
  }
}

function commandOf(
  paths: LabPaths,
  table: ProcessTable,
  { program, argv0 }: LocalServer,
  { node, service }: LabService,
): Invocation {
  return {
    program,
    argv0,
    args: [
      at(paths, configFile(node.name, service)),
      ...(service === 'sentinel' ? ['--sentinel'] : []),
      ...(table.needsPidFile ? ['--pidfile', at(paths, pidFile(node.name, service))] : []),
    ],
    cwd: at(paths, dataFolder(node.name, service)),
  };
}

/** How long a server may take to answer, milliseconds. */
const ANSWER_MS = 20_000;
const POLL_MS = 5;

/**
 * Waits until a server that was started answers.
 * @throws RedisLabError when it ends instead (4), or does not answer in time (5), with its last log lines
 */
export async function answered(
  paths: LabPaths,
  server: LocalServer,
  started: Started,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { node, port, identity, logFrom } = started;
  const deadline = now() + ANSWER_MS;
  let how: string | undefined;
  void started.ended.then((text) => {
    how = text;
  });
  for (;;) {
    const answer = await whoAnswers(node.ip, port);
    signal?.throwIfAborted();
    if (how !== undefined) throw ended(paths, server, started, `ended at once, ${how}`, logFrom);
    if (answer === identity.pid) return;
    // It asks for a password, and does not tell its process id: its log and the system tell.
    if (answer === LOCKED && (hasBegun(paths, started) || (await listensHere(node.ip, port)))) {
      return;
    }
    if (now() >= deadline) {
      const seen =
        typeof answer === 'number'
          ? `process ${answer} does`
          : answer === LOCKED
            ? 'another program does'
            : answer;
      const what = `does not answer at ${listenAddress(started)} after ${ANSWER_MS} ms (${seen})`;
      throw silent(paths, started, what);
    }
    await sleep(POLL_MS, signal);
  }
}

/**
 * Whether its log, which nobody else writes, says that it has bound its address. (The log may be switched off.)
 */
function hasBegun({ folder }: LabPaths, { node, service, logFrom, identity }: Started): boolean {
  const bytes = folder.readPart(logFile(node.name, service), logFrom, LOG_BEGIN_BYTES)?.bytes;
  const lines = (bytes?.toString('latin1') ?? '').split('\n');
  return lines.some(
    (line) =>
      line.startsWith(`${identity.pid}:`) &&
      /Ready to accept connections|Sentinel ID is/.test(line),
  );
}

/** More than a server logs until then. */
const LOG_BEGIN_BYTES = 65_536;

/** Enough of a log to hold its last lines, also those of a crash that is reported, bytes. */
const LAST_BYTES = 131_072;

/** @param logFrom position in its log from which lines are shown, bytes */
export function ended(
  paths: LabPaths,
  server: LocalServer,
  service: LabService,
  how: string,
  logFrom = 0,
): RedisLabError {
  const folder = at(paths, dataFolder(service.node.name, service.service));
  return hasEnded(service, how, logEnd(paths, service, logFrom), { folder, server, onNode: '' });
}

function silent(paths: LabPaths, started: Started, what: string): RedisLabError {
  const lines = logEnd(paths, started, started.logFrom).slice(-LAST_LINES);
  const said = lines.map((line) => `  ${visible(line)}`);
  return new RedisLabError([`${spoken(started)} ${what}. Its last words:`, ...said].join('\n'), {
    exitCode: EXIT.deadline,
    code: 'server.failed-start',
  });
}

function logEnd({ folder }: LabPaths, { node, service }: LabService, logFrom: number): string[] {
  const log = logFile(node.name, service);
  const size = folder.readPart(log, 0, 0)?.size ?? 0;
  const from = Math.max(logFrom, size - LAST_BYTES);
  return (folder.readPart(log, from, LAST_BYTES)?.bytes.toString('utf8') ?? '').split('\n');
}
