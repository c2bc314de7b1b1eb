/** A state folder of its own for a test, and what runs out of it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../../support/at-end.js';
import { BACKEND, redisLab } from '../../support/cli.js';

export interface Home {
  /** Also the working directory. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const homes: Home[] = [];

export function newHome(): Home {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-live-'));
  const home = {
    folder,
    env: {
      XDG_STATE_HOME: path.join(folder, 'state'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      NO_COLOR: '1',
      ...BACKEND,
    },
  };
  homes.push(home);
  return home;
}

/** Processes whose working directory is below a folder, as `pid name`: what a lab there has running. */
export function processesBelow(folder: string): string[] {
  return runningWhere((cwd) => cwd.startsWith(`${folder}/state/`));
}

function runningWhere(isIt: (cwd: string) => boolean): string[] {
  if (process.platform !== 'linux') return [];
  return fs.readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const cwd = fs.readlinkSync(`/proc/${entry}/cwd`);
      return isIt(cwd) ? [`${entry} ${fs.readFileSync(`/proc/${entry}/comm`, 'utf8').trim()}`] : [];
    } catch {
      return []; // it has just ended
    }
  });
}

/** Processes that were started in a folder itself, as a client library is. */
export function processesIn(folder: string): string[] {
  return runningWhere((cwd) => cwd === folder);
}

/** What is left a moment after everything should have ended. */
export async function leftBelow(folder: string): Promise<string[]> {
  const left = () => runningWhere((cwd) => cwd === folder || cwd.startsWith(`${folder}/state/`));
  for (let tries = 0; tries < 3000 && left().length > 0; tries++) await sleep(20);
  return left();
}

atEnd('file', async () => {
  const left: string[] = [];
  for (const { folder, env } of homes.splice(0)) {
    if (processesBelow(folder).length > 0) await redisLab(folder, ['down'], { env });
    left.push(...processesBelow(folder));
    fs.rmSync(folder, { recursive: true, force: true });
  }
  if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
});
