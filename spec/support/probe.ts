/**
 * Bundles a test program to one file of JavaScript. With tsx, each of its processes would compile the library again, which
 * takes a second of CPU.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

let folder: string | undefined;
const made = new Map<string, string>();

/** The bundle of a TypeScript file, for `node FILE`. It exists as long as this process. */
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
    // CommonJS packages in the bundle need `require` for Node's modules.
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
