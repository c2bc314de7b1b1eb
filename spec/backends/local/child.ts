/**
 * A redis-lab of its own, to be killed, to be in the way, to have no rights:
 * `child.ts MODE JSON`. Says on standard output, a line each, what it has to say.
 */
import fs from 'node:fs';
import { localBackend } from '../../../lib/backends/local/index.js';
import { sleep } from '../../../lib/clock.js';
import type { ProcessTable } from '../../../lib/process/processes.js';
import { systemTable } from '../../../lib/process/system-table.js';
import { LAB } from './labs.js';

export interface ChildArguments {
  readonly home: string;
  /** When it kills itself. */
  readonly moment?: 'files' | 'spawned' | 'redis' | 'sentinel';
  readonly uid?: number;
}

const [mode = '', json = '{}'] = process.argv.slice(2);
const args = JSON.parse(json) as ChildArguments;
const say = (text: string) => fs.writeSync(1, `${text}\n`);
const die = () => process.kill(process.pid, 'SIGKILL');

const modes: Record<string, () => Promise<void>> = {
  /** Is killed at a moment of `up`. */
  async killed() {
    const { home, moment } = args;
    const table = systemTable();
    const deadly: ProcessTable = {
      ...table,
      // Asked about somebody else for the first time when that was just started.
      look: async (pids) => {
        if (moment === 'spawned' && pids.some((pid) => pid !== process.pid)) die();
        return table.look(pids);
      },
    };
    await localBackend(LAB, { stateHome: home, table: deadly }).up({
      onProgress: ({ phase, text }) => {
        if (phase === moment || text.endsWith(` ${moment}`)) die();
      },
    });
  },

  /** Is in the middle of `up` until it is ended. */
  async holds() {
    const find = async () => {
      say('holding');
      await sleep(60_000);
      return undefined;
    };
    await localBackend(LAB, { stateHome: args.home, find }).up({});
  },

  /** Tries without any rights. */
  async powerless() {
    // After all is loaded: this user may not even be able to read the project.
    process.setgroups?.([]);
    process.setgid?.(args.uid ?? 0);
    process.setuid?.(args.uid ?? 0);
    const backend = localBackend(LAB, { stateHome: args.home });
    say(JSON.stringify(await backend.preflight({})));
    const error = await backend.up({}).catch((error: unknown) => error);
    const { message, exitCode } = error as { message: string; exitCode: number };
    say(JSON.stringify({ message, exitCode }));
  },
};

await modes[mode]?.();
