/**
 * Builds what the package ships: templates precompiled to a module, the library in a few bundles, the
 * executable as one file, declarations, the JSON Schemas. Bundled, because `generate` as a whole
 * process is measured against bare Node, and resolving a hundred small files alone would cost more.
 * What runs a lab is in bundles that are loaded when a lab is run.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import Handlebars from 'handlebars';
import { load } from 'js-yaml';

/** What the command proper must not wait for; the bundle that has it is loaded when it is needed. */
const HEAVY = [
  'node_modules/ioredis/',
  'node_modules/execa/',
  'node_modules/listr2/',
  'lib/verify/',
  'lib/backends/',
  'lib/doctor/',
  'lib/report/page/',
  'lib/handout/',
  'lib/render/documents',
];

const root = path.dirname(import.meta.dirname);
process.chdir(root);

writeTemplates();
if (!process.argv.includes('--templates')) {
  rmSync('dist', { recursive: true, force: true });
  const metafiles = await bundle();
  writeDeclarations();
  await writeSchemas();
  writeLicences(metafiles);
}

/** Documents for people are apart from what a lab is made of: `generate` must not wait for them. */
function writeTemplates(): void {
  const names = listFiles('templates');
  const languages = languageFiles(names);
  const ofDocument = (name: string) => Object.hasOwn(languages, folderOf(name));
  const texts = names.filter((name) => languages[folderOf(name)]?.includes(name));
  const others = names.filter((name) => !texts.includes(name));
  writeModule('lib/render/templates.generated.ts', [
    ...sources(['Vagrantfile.hbs', ...others.filter((name) => !ofDocument(name))]),
    `export const languages = ${JSON.stringify(
      mapped(languages, (files) => files.map(languageOf)),
      null,
      2,
    )};`,
  ]);
  const loaded = (files: readonly string[]) =>
    Object.fromEntries(files.map((file) => [languageOf(file), load(read(file))]));
  writeModule('lib/render/documents.generated.ts', [
    ...sources(others.filter(ofDocument)),
    `export const texts = ${JSON.stringify(mapped(languages, loaded), null, 2)};`,
  ]);
}

/** For each folder of `templates/` that has them: its texts, one file a language, `en.yaml` first. */
function languageFiles(names: readonly string[]): Record<string, string[]> {
  const folders: Record<string, string[]> = {};
  for (const name of names) {
    if (!/^templates\/[^/]+\/[a-z]{2}\.yaml$/.test(name)) continue;
    folders[folderOf(name)] = [...(folders[folderOf(name)] ?? []), name];
  }
  const first = (name: string) => (languageOf(name) === 'en' ? 0 : 1);
  return mapped(folders, (files) => files.toSorted((a, b) => first(a) - first(b)));
}

function folderOf(name: string): string {
  return name.split('/')[1] ?? '';
}

function languageOf(name: string): string {
  return path.posix.basename(name, '.yaml');
}

function mapped<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Templates as functions, other files as text. What is HTML escapes what it is filled with. */
function sources(names: readonly string[]): string[] {
  const compiled = names.filter((name) => name.endsWith('.hbs'));
  const plain = names.filter((name) => !name.endsWith('.hbs'));
  const precompiled = (name: string) =>
    String(
      Handlebars.precompile(read(name), {
        strict: true,
        noEscape: !name.endsWith('.html.hbs'),
        knownHelpersOnly: true,
      }),
    );
  return [
    `export type TemplateName = ${union(compiled)};`,
    `export type FileName = ${union(plain)};`,
    'export const templates: Readonly<Record<TemplateName, any>> = {',
    ...compiled.map((name) => `${JSON.stringify(keyOf(name))}: ${precompiled(name)},`),
    '};',
    'export const files: Readonly<Record<FileName, string>> = {',
    ...plain.map((name) => `${JSON.stringify(keyOf(name))}: ${JSON.stringify(read(name))},`),
    '};',
  ];
}

function union(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(keyOf(name))).join(' | ') || 'never';
}

function writeModule(file: string, lines: readonly string[]): void {
  const head = '// Made from templates/ and Vagrantfile.hbs by `npm run build`; not committed.';
  writeFileSync(file, ['// @ts-nocheck', head, ...lines, ''].join('\n'));
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
  const common = {
    outdir: 'dist',
    outbase: '.',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    metafile: true,
  } satisfies BuildOptions;
  const library = await build({
    ...common,
    entryPoints: ['lib/index.ts', 'lib/running.ts', 'lib/cli/live.ts'],
    format: 'esm',
    // One copy of each class and one chunk for what is loaded late, whoever loads it.
    splitting: true,
    chunkNames: 'lib/chunks/[name]-[hash]',
    // ioredis is CommonJS and asks for Node's own modules in that way.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
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
    plugins: [loadedLate()],
  });
  const heavy = Object.keys(command.metafile.inputs).filter((input) =>
    HEAVY.some((folder) => input.startsWith(folder)),
  );
  if (heavy.length > 0) throw new Error(`the command would load ${heavy.join(', ')} at its start`);
  return [library.metafile, command.metafile];
}

/** Dynamic imports of the command lead to the library's bundles, seen from `dist/bin/`. */
function loadedLate(): Plugin {
  return {
    name: 'loaded-late',
    setup(builder) {
      builder.onResolve(
        { filter: /\/(?:live|running)\.js$/ },
        ({ kind, path: target, resolveDir }) => {
          if (kind !== 'dynamic-import') return undefined;
          const file = path.relative(root, path.resolve(resolveDir, target));
          return { path: path.posix.join('..', ...file.split(path.sep)), external: true };
        },
      );
    },
  };
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

async function writeSchemas(): Promise<void> {
  const { jsonSchema } = await import('../lib/spec/json-schema.js');
  const { doctorJsonSchema, labsJsonSchema, resultJsonSchema, statusJsonSchema } = await import(
    '../lib/report/schema.js'
  );
  const schemas = {
    'redis-lab.schema.json': jsonSchema(),
    'redis-lab-result.schema.json': resultJsonSchema(),
    'redis-lab-status.schema.json': statusJsonSchema(),
    'redis-lab-doctor.schema.json': doctorJsonSchema(),
    'redis-lab-list.schema.json': labsJsonSchema(),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(`dist/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
  }
}

/** The licences of what is bundled ask to travel with it. */
function writeLicences(metafiles: readonly Metafile[]): void {
  // A package may lie within another one's folder, in a version of its own.
  const folders = new Set(
    metafiles
      .flatMap((metafile) => Object.keys(metafile.inputs))
      .flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const texts = [...folders].map(licenceOf).sort();
  writeFileSync(
    'dist/THIRD-PARTY-LICENSES.txt',
    [...new Set(texts)].join(`\n${'-'.repeat(72)}\n\n`),
  );
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(read(`${folder}/package.json`)) as {
    name: string;
    version: string;
    license: string;
  };
  const files = readdirSync(folder).filter((entry) => /^(?:licen[sc]e|notice)/i.test(entry));
  if (!files.some((entry) => /^licen/i.test(entry))) {
    throw new Error(`${name} ${version} has no licence file to pass on`);
  }
  const full = files.sort().map((file) => read(`${folder}/${file}`).trim());
  return `${name} ${version} (${license})\n\n${full.join('\n\n')}\n`;
}
