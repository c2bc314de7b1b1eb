/** Processes as `ps` tells of them, where there is no /proc. */
import { run } from '../command/run.js';
import { readIfAny } from '../workspace/folder.js';
import type { ProcessTable, SeenProcess } from './processes.js';

const DEADLINE_MS = 10_000;

export const psTable: ProcessTable = {
  needsPidFile: true,
  look,
  async find(traces) {
    const pids = traces.map(({ pidFile }) => Number(readIfAny(pidFile)?.trim() || 0));
    const seen = await look(pids.filter((pid) => Number.isInteger(pid) && pid > 0));
    return traces.map(({ marks }, index) => {
      const process = seen.get(pids[index] ?? 0);
      // The number may be somebody else's by now; the title of our own says where it listens.
      const isOurs = marks.some((mark) => `${process?.command} `.includes(` ${mark} `));
      return process && isOurs ? [process] : [];
    });
  },
};

async function look(pids: readonly number[]): Promise<Map<number, SeenProcess>> {
  if (pids.length === 0) return new Map();
  const { stdout } = await run(
    {
      program: 'ps',
      args: ['-ww', '-o', 'pid=,stat=,lstart=,command=', '-p', pids.join(',')],
      env: { LC_ALL: 'C', TZ: 'UTC' },
    },
    { deadlineMs: DEADLINE_MS },
  );
  return new Map(
    stdout
      .split('\n')
      .flatMap((line) => parse(line) ?? [])
      .map((each) => [each.pid, each]),
  );
}

/** `  123 Ss   Mon Nov 24 12:00:00 2025 redis-server 127.0.0.1:6379`, the date always of five words. */
function parse(line: string): SeenProcess | undefined {
  const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
  const [, pid = '', state = '', started = '', command = ''] = match ?? [];
  if (!match || /^[ZX]/.test(state)) return undefined;
  const words = started.split(/\s+/).join('_');
  return { pid: Number(pid), started: words, halted: state.startsWith('T'), command };
}
