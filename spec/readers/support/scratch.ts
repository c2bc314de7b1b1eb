/** A folder for what the readers need on disk, gone when the tests of a file are done. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

let folder: string | undefined;

/** A new folder. */
export function scratch(name: string): string {
  folder ??= fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-readers-'));
  const made = fs.mkdtempSync(path.join(folder, `${name}-`));
  fs.chmodSync(made, 0o755);
  return made;
}

/** Writes text files below a new folder. */
export function scratchFiles(name: string, files: Readonly<Record<string, string>>): string {
  const made = scratch(name);
  for (const [file, content] of Object.entries(files)) writeBelow(made, file, content);
  return made;
}

export function writeBelow(base: string, file: string, content: string, mode = 0o644): void {
  const target = path.join(base, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content);
  fs.chmodSync(target, mode);
}

/** Mocha's, which requires this file: where files run side by side, only such a hook is there for each of them. */
export const mochaHooks = {
  afterAll(): void {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
