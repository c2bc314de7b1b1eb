/** The process table of this system. */
import { exists } from '../workspace/inspect.js';
import { procTable } from './proc-table.js';
import type { ProcessTable } from './processes.js';
import { psTable } from './ps-table.js';
import { windowsTable } from './windows-table.js';

export function systemTable(): ProcessTable {
  // Before ps: Git for Windows brings one that sees only the processes of its own shell.
  if (process.platform === 'win32') return windowsTable;
  return exists('/proc/self/stat') ? procTable : psTable;
}
