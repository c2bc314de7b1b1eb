/**
 * A redis-lab that wants a lock, by one way of claiming: `contender.ts MODE FOLDER WAY`. Says on
 * standard output what it has to say.
 */
import fs from 'node:fs';
import path from 'node:path';
import { sleep } from '../../../lib/clock.js';
import { locked } from '../../../lib/process/lock.js';
import { systemTable } from '../../../lib/process/system-table.js';
import { Folder, LOCK_FILES } from '../../../lib/workspace/folder.js';

const ROUNDS = 60;

const [mode, root = '', way = ''] = process.argv.slice(2);
const folder = new Folder(root, LOCK_FILES[way as keyof typeof LOCK_FILES]);
const options = { doing: 'test', what: 'the lock', waitMs: 30_000 };

/** Has it until it is killed. */
async function holds(): Promise<void> {
  await locked(folder, 'lock', systemTable(), options, async () => {
    fs.writeSync(1, 'holding\n');
    await sleep(60_000);
  });
}

/** Takes it again and again, and leaves it now and then as one who was killed would. */
async function contends(): Promise<void> {
  const inside = path.join(root, 'inside');
  for (let round = 0; round < ROUNDS; round++) {
    await locked(folder, 'lock', systemTable(), options, async () => {
      fs.writeFileSync(inside, String(process.pid), { flag: 'wx' }); // throws where somebody else is
      await sleep(1);
      fs.unlinkSync(inside);
      if (round % 4 === 0) return;
      const nonce = `${process.pid.toString(16)}${round.toString(16)}`.padStart(8, '0');
      const abandoned = `lock-of-${process.pid}`;
      folder.createLock(abandoned, `${process.pid},another-start,0,up,${nonce}`);
      folder.rename(abandoned, 'lock');
    });
  }
  fs.writeSync(1, 'done\n');
}

await (mode === 'holds' ? holds() : contends());
