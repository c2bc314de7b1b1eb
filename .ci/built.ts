/** Whether `dist` is up to date: after `npm ci` the tests need not build it again. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
/** Its inputs: everything in these folders, and these files. The lockfile in node_modules tells what is installed. */
const FOLDERS = ['.ci', 'bin', 'lib', 'templates'];
const FILES = [
  'Vagrantfile.hbs',
  'package.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];
/** The file that is written last. */
const LAST = 'dist/THIRD-PARTY-LICENSES.txt';

export function isBuilt(): boolean {
  if (!existsSync(path.join(root, LAST))) return false;
  const built = changed(LAST);
  // A folder changes when something is added to it or removed.
  const below = FOLDERS.flatMap((folder) => [
    folder,
    ...readdirSync(path.join(root, folder), { recursive: true }).map((name) =>
      path.join(folder, String(name)),
    ),
  ]);
  return [...below, ...FILES].every((name) => changed(name) <= built);
}

function changed(name: string): number {
  return statSync(path.join(root, name)).mtimeMs;
}
