/**
 * A redis-lab of its own, to be killed, to be in the way, to have no rights:
 * `node --import tsx child.ts MODE JSON`. Says on standard output, a line each, what it has to say.
 */
import fs from 'node:fs';
import path from 'node:path';
import { localBackend } from '../../../lib/backends/local/index.js';
import { sleep } from '../../../lib/clock.js';
import { locked } from '../../../lib/process/lock.js';
import { type ProcessTable, systemTable } from '../../../lib/process/processes.js';
import { Folder } from '../../../lib/workspace/folder.js';
import { LAB } from './labs.js';

export interface ChildArguments {
  readonly home: string;
  /** When it kills itself. */
  readonly moment?: 'files' | 'spawned' | 'redis' | 'sentinel';
  readonly uid?: number;
  readonly rounds?: number;
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

  /** Takes a lock again and again, and leaves it now and then as one who was killed would. */
  async contends() {
    const folder = new Folder(args.home);
    const inside = path.join(args.home, 'inside');
    const lock = path.join(args.home, 'lock');
    for (let round = 0; round < (args.rounds ?? 0); round++) {
      const options = { doing: 'test', what: 'the lock', waitMs: 30_000 };
      await locked(folder, 'lock', systemTable(), options, async () => {
        fs.writeFileSync(inside, String(process.pid), { flag: 'wx' }); // throws where somebody else is
        await sleep(1);
        fs.unlinkSync(inside);
        if (round % 4 === 0) return;
        const nonce = Math.floor(Math.random() * 2 ** 32)
          .toString(16)
          .padStart(8, '0');
        const abandoned = `${lock}-of-${process.pid}`;
        fs.symlinkSync(`${process.pid},another-start,0,up,${nonce}`, abandoned);
        fs.renameSync(abandoned, lock);
      });
    }
    say('done');
  },
};

await modes[mode]?.();
