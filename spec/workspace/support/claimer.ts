/**
 * One of several who want the same names: `claimer.ts FOLDER WAY ROUNDS`. Begins when the file `go`
 * is there; then says what it won, and what it read, as JSON.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Folder, LOCK_FILES } from '../../../lib/workspace/folder.js';

const [root = '', way = '', rounds = ''] = process.argv.slice(2);
const folder = new Folder(root, LOCK_FILES[way as keyof typeof LOCK_FILES]);
const won: number[] = [];
const read: (string | undefined)[] = [];

fs.writeFileSync(path.join(root, `ready-${process.pid}`), '');
while (!fs.existsSync(path.join(root, 'go'))) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
for (let round = 0; round < Number(rounds); round++) {
  const name = `names/${round}`;
  // Whoever comes early reads before anything is there, or while it comes to be there.
  const before = folder.readLock(name);
  if (before !== undefined) read.push(before);
  if (folder.createLock(name, `${process.pid},${round},${'x'.repeat(40)}`)) won.push(round);
  read.push(folder.readLock(name));
}
fs.writeSync(1, JSON.stringify({ pid: process.pid, won, read }));
