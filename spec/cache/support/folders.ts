/** Cache folders of their own for tests. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A new folder, which is gone after each test. */
export function scratchFolder(): { readonly root: string } {
  const made = { root: '' };
  beforeEach(() => {
    made.root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-cache-spec-'));
  });
  afterEach(() => fs.rmSync(made.root, { recursive: true, force: true }));
  return made;
}

/** Every file below a folder, by its path there, sorted. */
export function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
