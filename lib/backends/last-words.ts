/** The error for a server that has ended: its last log lines, and what to do. */
import path from 'node:path';
import { EXIT, RedisLabError, visible } from '../errors.js';
import type { RunningServer } from './backend.js';
import { type LabService, spoken } from './services.js';

/** Enough last lines of a log to have the reason. */
export const LAST_LINES = 12;

/** So many lines of a log have a crash report as well, at whose beginning the reason stands. */
export const REPORT_LINES = 1000;

/** Lines before a crash report that show what the server was doing. */
const LEAD = 3;

/** What repairing an ended server needs. */
interface Remains {
  /** Folder of its data, on the node. */
  readonly folder: string;
  readonly server: Pick<RunningServer, 'engine' | 'program'> | undefined;
  /** Prefix of a command line for the node: `redis-lab exec slave1 -- `; empty if this machine is the node. */
  readonly onNode: string;
}

/**
 * @param how without a subject: `ended, with exit code 1`
 * @param log its last lines
 */
export function hasEnded(
  service: Pick<LabService, 'node' | 'service'>,
  how: string,
  log: readonly string[],
  remains: Remains,
): RedisLabError {
  const lines = tellingIn(log.filter((line) => line.trim() !== ''));
  const said = lines.length === 0 ? ['It said nothing.'] : lines.map(visible);
  return new RedisLabError(
    [
      `${spoken(service)} ${how}. Its last words:`,
      ...said.map((line) => `  ${line}`),
      ...recovery(lines.join('\n'), service, remains),
    ].join('\n'),
    { exitCode: EXIT.program, code: 'server.failed-start' },
  );
}

function tellingIn(log: readonly string[]): readonly string[] {
  const report = log.findLastIndex((line) => line.includes('BUG REPORT START'));
  const from = report < 0 ? log.length - LAST_LINES : report - LEAD;
  return log.slice(Math.max(from, 0)).slice(0, LAST_LINES);
}

/** What to do, by what the server logged; the first match counts. */
function recovery(
  said: string,
  { node }: Pick<LabService, 'node'>,
  { folder, server, onNode }: Remains,
): string[] {
  const engine = server?.engine ?? 'redis';
  const tool = (name: string, ...words: readonly string[]) => {
    const program = path.posix.join(path.posix.dirname(server?.program ?? ''), `${engine}-${name}`);
    return [`  ${onNode}${[program, ...words].join(' ')}`, `Then: redis-lab up`];
  };
  const anew = 'Or begin anew, without the data: redis-lab up --fresh';
  if (/append.only file|\bAOF\b.*(?:manifest|corrupt|Bad|damaged)|redis-check-aof/i.test(said)) {
    // From 7.0 on there are several files, and a manifest that lists them.
    const file = /\.(?:incr|base)\.|manifest/.test(said)
      ? path.posix.join(folder, 'appendonlydir', 'appendonly.aof.manifest')
      : path.posix.join(folder, 'appendonly.aof');
    return [
      `Its append-only file is damaged. Make a copy of it, then cut off what cannot be read:`,
      ...tool('check-aof', '--fix', file),
      anew,
    ];
  }
  if (
    /\bRDB\b.*(?:checksum|CRC|reading|format|Error)|loading the DB|loading DB|Wrong signature/i.test(
      said,
    )
  ) {
    const file = path.posix.join(folder, 'dump.rdb');
    return [
      `What it has saved, ${file}, cannot be read. What is wrong with it:`,
      ...tool('check-rdb', file).slice(0, 1),
      `Move that file away, then: redis-lab up. A replica takes all data from its master again.`,
      anew,
    ];
  }
  if (/No space left|Disk quota exceeded|unable to write command to disk/i.test(said)) {
    return [`There is no room left where ${folder} is: make some, then: redis-lab up`];
  }
  if (/Permission denied|Read-only file system/i.test(said)) {
    return [`It must be able to write in ${folder}: let it, then: redis-lab up`, anew];
  }
  return [`To see more: redis-lab logs ${node.name}. To try again: redis-lab up`, anew];
}
