/**
 * A program of the tests, written in TypeScript, as one file of JavaScript with all that it needs. By tsx each of its
 * processes would compile the library anew, which takes a second of a processor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

let folder: string | undefined;
const made = new Map<string, string>();

/** Where it is, for `node FILE`, as long as this process runs; `source` is a TypeScript file. */
export function probe(source: string): string {
  const known = made.get(source);
  if (known !== undefined) return known;
  folder ??= newFolder();
  const file = path.join(folder, `${path.basename(source, '.ts')}-${made.size}.mjs`);
  buildSync({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    // What is CommonJS asks for Node's own modules in that way.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  made.set(source, file);
  return file;
}

function newFolder(): string {
  const created = mkdtempSync(path.join(tmpdir(), 'redis-lab-probes-'));
  process.once('exit', () => rmSync(created, { recursive: true, force: true }));
  return created;
}
