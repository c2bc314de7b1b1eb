/** Processes by `ps`, on systems without /proc. */
import { run } from '../command/run.js';
import { EXIT, RedisLabError } from '../errors.js';
import { readIfAny } from '../workspace/inspect.js';
import type { ProcessTable, SeenProcess } from './processes.js';

const DEADLINE_MS = 10_000;

export const psTable: ProcessTable = {
  needsPidFile: true,
  look,
  async find(traces) {
    const pids = traces.map(({ pidFile, pid }) =>
      [pid, Number(readIfAny(pidFile)?.trim() || 0)].filter((each) => isPid(each)),
    );
    const seen = await look(pids.flat());
    return traces.map(({ marks }, index) => {
      const found = pids[index]?.flatMap((pid) => seen.get(pid) ?? []) ?? [];
      return found.filter(({ command }) => isOurs(command, marks)).slice(0, 1);
    });
  },
};

function isPid(value: number | undefined): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}

/** The process id may be another process's by now; the title of our server says where it listens. */
function isOurs(command: string, marks: readonly string[]): boolean {
  const isServer = /^(?:\S*\/)?(?:redis|valkey)-(?:server|sentinel) /.test(command);
  return isServer && marks.some((mark) => `${command} `.includes(` ${mark} `));
}

async function look(pids: readonly number[]): Promise<Map<number, SeenProcess>> {
  if (pids.length === 0) return new Map();
  const { code, stdout, stderr } = await run(
    {
      program: 'ps',
      args: ['-ww', '-o', 'pid=,stat=,lstart=,command=', '-p', pids.join(',')],
      env: { LC_ALL: 'C', TZ: 'UTC' },
    },
    { deadlineMs: DEADLINE_MS },
  );
  // It fails silently if there are no such processes. If it fails otherwise, they must not count as ended.
  if (code !== 0 && stderr.trim() !== '') {
    throw new RedisLabError(`ps could not tell which processes run: ${stderr.trim()}`, {
      exitCode: EXIT.program,
    });
  }
  return new Map(
    stdout
      .split('\n')
      .flatMap((line) => parse(line) ?? [])
      .map((each) => [each.pid, each]),
  );
}

/** `  123 Ss   Mon Nov 24 12:00:00 2025 redis-server 127.0.0.1:6379`; the date always has five words. */
function parse(line: string): SeenProcess | undefined {
  const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
  const [, pid = '', state = '', started = '', command = ''] = match ?? [];
  if (!match || /^[ZX]/.test(state)) return undefined;
  const words = started.split(/\s+/).join('_');
  return { pid: Number(pid), started: words, halted: state.startsWith('T'), command };
}
