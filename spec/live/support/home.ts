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
  if (process.platform !== 'linux') return [];
  return fs.readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const cwd = fs.readlinkSync(`/proc/${entry}/cwd`);
      const below = cwd.startsWith(`${folder}/state/`);
      return below ? [`${entry} ${fs.readFileSync(`/proc/${entry}/comm`, 'utf8').trim()}`] : [];
    } catch {
      return []; // it has just ended
    }
  });
}

/** What is left a moment after everything should have ended. */
export async function leftBelow(folder: string): Promise<string[]> {
  for (let tries = 0; tries < 3000 && processesBelow(folder).length > 0; tries++) await sleep(20);
  return processesBelow(folder);
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
