/** Ending a process with all its descendants, on Windows. */
import path from 'node:path';
import { execaSync } from 'execa';

const DEADLINE_MS = 10_000;

/** Exit code of taskkill if there is no such process. */
const GONE = 128;

/**
 * Ends them at once, and blocks until they have ended: this process may be about to exit.
 */
export function endProcessTree(pid: number): void {
  // By its full path, so that no other program of that name is run.
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
    // It has ended already.
  }
}
