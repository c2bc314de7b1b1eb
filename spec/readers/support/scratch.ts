/** A folder for what the readers need on disk, gone when all tests are done. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Files are tested side by side, in processes of their own: each has a folder, named after mocha's own process. */
const mochaProcess = process.env['MOCHA_WORKER_ID'] === undefined ? process.pid : process.ppid;
const PREFIX = `redis-lab-readers-${mochaProcess}-`;

let folder: string | undefined;

/** Where all of this process are. */
export function scratchRoot(): string {
  folder ??= fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), PREFIX));
  return folder;
}

/** A new folder. */
export function scratch(name: string): string {
  const made = fs.mkdtempSync(path.join(scratchRoot(), `${name}-`));
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

/** Called by mocha, which requires this file, once all processes are done. */
export function mochaGlobalTeardown(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (name.startsWith(PREFIX)) {
      fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
    }
  }
}
