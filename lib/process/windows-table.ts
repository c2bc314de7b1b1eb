/** Processes on Windows, by the PowerShell that is part of it. */
import { run } from '../command/run.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { ProcessTable, SeenProcess } from './processes.js';

/** PowerShell takes seconds to start, longer while machines boot beside it. */
const DEADLINE_MS = 30_000;

export const windowsTable: ProcessTable = {
  needsPidFile: true,
  look,
  // Only the local backend looks for servers, and it does not run on Windows.
  async find(traces) {
    return traces.map(() => []);
  },
};

async function look(pids: readonly number[]): Promise<Map<number, SeenProcess>> {
  const wanted = pids.filter((pid) => Number.isSafeInteger(pid) && pid > 0);
  if (wanted.length === 0) return new Map();
  const { code, stdout, stderr } = await run(
    {
      program: 'powershell.exe',
      args: ['-NoProfile', '-NonInteractive', '-Command', script(wanted)],
    },
    { deadlineMs: DEADLINE_MS },
  );
  // If PowerShell fails, the process must not count as ended.
  if (code !== 0) throw failed(stderr.trim() || `it ended with ${code}`);
  return new Map(parse(stdout).map((each) => [each.pid, each]));
}

/**
 * Without double quotes, since each layer on the way quotes them differently. PSModulePath: started below PowerShell 7, it
 * would try to load that one's modules and fail. Times are strings, because they have more digits than a JavaScript number.
 * Characters beyond ASCII are replaced, because they come in the console's code page.
 */
function script(pids: readonly number[]): string {
  const filter = pids.map((pid) => `ProcessId=${pid}`).join(' OR ');
  return [
    "$ErrorActionPreference='Stop'",
    "$env:PSModulePath=$PSHOME+'\\Modules'",
    [
      `Get-CimInstance Win32_Process -Filter '${filter}'`,
      `Select-Object ProcessId,${STARTED},${COMMAND}`,
      'ConvertTo-Json -Compress',
    ].join(' | '),
  ].join('; ');
}

const STARTED = "@{n='Started';e={$_.CreationDate.ToFileTimeUtc().ToString()}}";
const COMMAND = "@{n='Command';e={$_.CommandLine -replace '[^ -~]','?'}}";

/** One process is an object, several are an array, none is nothing at all. */
function parse(text: string): SeenProcess[] {
  if (text.trim() === '') return [];
  try {
    return [JSON.parse(text) as unknown].flat().flatMap((each) => seen(each as Row) ?? []);
  } catch {
    throw failed(`it said ${JSON.stringify(text.trim().slice(0, 100))}`);
  }
}

interface Row {
  readonly ProcessId: unknown;
  readonly Started: unknown;
  readonly Command: unknown;
}

/** Undefined for a process without a start time, which is the system itself. */
function seen({ ProcessId: pid, Started: started, Command: command }: Row) {
  if (typeof pid !== 'number' || typeof started !== 'string' || !/^\d+$/.test(started)) return;
  return { pid, started, halted: false, command: typeof command === 'string' ? command : '' };
}

function failed(why: string): RedisLabError {
  return new RedisLabError(
    `PowerShell could not tell which processes run: ${why}. Look at what this says: powershell.exe -NoProfile -Command "Get-CimInstance Win32_Process"`,
    { exitCode: EXIT.program },
  );
}
