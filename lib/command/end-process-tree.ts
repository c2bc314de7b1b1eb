/** The end of a process of Windows, and of all that descends from it. */
import path from 'node:path';
import { execaSync } from 'execa';

const DEADLINE_MS = 10_000;

/** What taskkill ends with where there is no such process. */
const GONE = 128;

/**
 * Ends them at once, and only then returns: it is also called when this process is about to end, and nothing
 * goes on after that.
 */
export function endProcessTree(pid: number): void {
  // By its path: whatever else is called taskkill is not asked to end anything.
  const program = path.win32.join(
    process.env['SystemRoot'] ?? 'C:\\Windows',
    'System32',
    'taskkill.exe',
  );
  const { exitCode } = execaSync(program, ['/PID', String(pid), '/T', '/F'], {
    stdio: 'ignore',
    timeout: DEADLINE_MS,
    reject: false,
  });
  if (exitCode === 0 || exitCode === GONE) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
