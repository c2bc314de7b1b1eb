/**
 * On Windows a file cannot be renamed, replaced or opened while another program has it open: another redis-lab, or a virus
 * scanner, which opens every new file. That is over in a moment.
 */
const PASSING: readonly string[] = ['EACCES', 'EBUSY', 'EPERM'];

const TRIES = 100;
const PAUSE_MS = 10;

/** Does something with a file. On Windows, tries again for about a second while another program has it open. */
export function patiently<T>(
  action: () => T,
  platform: string = process.platform,
  pause: (ms: number) => void = inStep,
): T {
  for (let tries = 1; ; tries++) {
    try {
      return action();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (platform !== 'win32' || !PASSING.includes(code) || tries === TRIES) throw error;
      pause(PAUSE_MS);
    }
  }
}

/** Blocks, since all file access here is synchronous. */
function inStep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
