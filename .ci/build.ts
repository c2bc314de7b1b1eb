/**
 * Builds what the package ships: templates precompiled to a module, the library and the executable
 * as one file each, declarations, the JSON Schema. Bundled, because `generate` as a whole
 * process is measured against bare Node, and resolving a hundred small files alone would cost more.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import Handlebars from 'handlebars';

const root = path.dirname(import.meta.dirname);
process.chdir(root);

writeTemplates();
if (!process.argv.includes('--templates')) {
  rmSync('dist', { recursive: true, force: true });
  const metafiles = await bundle();
  writeDeclarations();
  await writeSchema();
  writeLicences(metafiles);
}

function writeTemplates(): void {
  const names = ['Vagrantfile.hbs', ...listFiles('templates')];
  const compiled = names.filter((name) => name.endsWith('.hbs'));
  const plain = names.filter((name) => !name.endsWith('.hbs'));
  const options = { strict: true, noEscape: true, knownHelpersOnly: true };
  const lines = [
    '// @ts-nocheck',
    '// Made from templates/ and Vagrantfile.hbs by `npm run build`; not committed.',
    `export type TemplateName = ${compiled.map((name) => JSON.stringify(keyOf(name))).join(' | ')};`,
    `export type FileName = ${plain.map((name) => JSON.stringify(keyOf(name))).join(' | ')};`,
    'export const templates: Readonly<Record<TemplateName, any>> = {',
    ...compiled.map(
      (name) =>
        `${JSON.stringify(keyOf(name))}: ${String(Handlebars.precompile(read(name), options))},`,
    ),
    '};',
    'export const files: Readonly<Record<FileName, string>> = {',
    ...plain.map((name) => `${JSON.stringify(keyOf(name))}: ${JSON.stringify(read(name))},`),
    '};',
    '',
  ];
  writeFileSync('lib/render/templates.generated.ts', lines.join('\n'));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.posix.join(...entry.parentPath.split(path.sep), entry.name))
    .sort();
}

function keyOf(name: string): string {
  return name.replace(/^templates\//, '').replace(/\.hbs$/, '');
}

function read(name: string): string {
  return readFileSync(name, 'utf8').replaceAll('\r\n', '\n');
}

async function bundle(): Promise<Metafile[]> {
  const common: BuildOptions = {
    outdir: 'dist',
    outbase: '.',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    metafile: true,
  };
  const library = await build({ ...common, entryPoints: ['lib/index.ts'], format: 'esm' });
  const command = await build({
    ...common,
    entryPoints: ['bin/redis-lab.ts'],
    // Node starts a CommonJS program sooner than an ES module, and a short one sooner than a long.
    format: 'cjs',
    minify: true,
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
    // Help is laid out in ASCII and Latin letters; string-width's Unicode tables alone would cost
    // as much as half of bare Node's start.
    alias: {
      'string-width': path.resolve('lib/cli/width.ts'),
      assert: path.resolve('lib/cli/assert.ts'),
    },
  });
  return [library.metafile, command.metafile].filter((metafile) => metafile !== undefined);
}

function writeDeclarations(): void {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = path.join(path.dirname(typescript), 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', '.ci/tsconfig.types.json'], { stdio: 'inherit' });
  const public_ = new Set<string>();
  follow('dist/lib/index.d.ts', public_);
  for (const file of listFiles('dist')) {
    if (file.endsWith('.d.ts') && !public_.has(file)) rmSync(file);
  }
}

/** The declarations that a user's compiler can get to. */
function follow(file: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const [, target = ''] of read(file).matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g)) {
    follow(path.posix.join(path.posix.dirname(file), `${target}.d.ts`), seen);
  }
}

async function writeSchema(): Promise<void> {
  const { jsonSchema } = await import('../lib/spec/json-schema.js');
  writeFileSync('dist/redis-lab.schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`);
}

/** The licences of what is bundled ask to travel with it. */
function writeLicences(metafiles: readonly Metafile[]): void {
  const packages = new Set(
    metafiles
      .flatMap((metafile) => Object.keys(metafile.inputs))
      .flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const texts = [...packages].sort().map((name) => {
    const { version, license } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
      version: string;
      license: string;
    };
    const folder = `node_modules/${name}`;
    const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} has no licence file to pass on`);
    return `${name} ${version} (${license})\n\n${read(`${folder}/${file}`).trim()}\n`;
  });
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', texts.join(`\n${'-'.repeat(72)}\n\n`));
}
