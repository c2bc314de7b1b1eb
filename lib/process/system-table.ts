/** The processes of this machine, on any system. */

import { exists } from '../workspace/inspect.js';
import { procTable } from './proc-table.js';
import type { ProcessTable } from './processes.js';
import { psTable } from './ps-table.js';
import { windowsTable } from './windows-table.js';

export function systemTable(): ProcessTable {
  // Asked first: on Windows, Git has a ps that knows only the processes of its own shell.
  if (process.platform === 'win32') return windowsTable;
  return exists('/proc/self/stat') ? procTable : psTable;
}
