/** Builds what the package ships: the library, the executable, declarations, JSON Schemas, licences. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { writeDeclarations } from './declarations.js';
import { writeLicences } from './licences.js';
import { writeTemplates } from './templates.js';
import { writeTypes } from './types.js';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
writeTemplates();
await writeTypes();
rmSync('dist', { recursive: true, force: true });

const common = { bundle: true, platform: 'node', target: 'node20.19' } satisfies BuildOptions;

// A file of its own, in CommonJS, so that the library and the executable share the classes of errors.
const errors = path.resolve('lib/errors.ts');
await build({ ...common, entryPoints: [errors], format: 'cjs', outfile: 'dist/lib/errors.cjs' });

const isErrors = ({ file }: Imported) => file === errors;

// The library: packages are not bundled, so that programs can update them. What runs a lab is loaded when a lab is run.
await build({
  ...common,
  ...parts('dist/lib'),
  entryPoints: ['lib/index.ts', 'lib/lab/open.ts'],
  packages: 'external',
  plugins: [leaveOut((it) => (isErrors(it) ? './errors.cjs' : undefined))],
});

// The executable is bundled, because loading files takes most of its time, which is measured against bare Node. `generate`
// would take longer without one bundle (70 %), with string-width's Unicode tables (20 %; our help has one column a letter), or
// as an ES module (6 %). `up` and `down` would take 55 % longer with execa and ioredis unbundled. Minifying halves its size.
const bundle = { ...common, minify: true, legalComments: 'none', metafile: true } as const;
/** Files that it loads when needed: everything that runs a lab, and what few calls use. */
const late = new Set<string>();
const isLate = ({ kind, file }: Imported) =>
  kind === 'dynamic-import' &&
  !(path.relative(root, file) in QUICK) &&
  /^lib.(?:lab.(?:open|described)\.ts|cli.live.|backends.\w+.index\.ts|spec.json-schema\.ts)/.test(
    path.relative(root, file),
  );
/**
 * What takes no longer than Node needs to get ready for the first ES module: one CommonJS file, which is required. `check` would take
 * 25 % longer else.
 */
const QUICK = {
  'lib/cli/live/check.ts': 'check',
  'lib/lab/described.ts': 'notesOfDescription',
};
/** `index.ts` gets the name of its folder. */
const nameOf = (file: string) =>
  path.basename(path.basename(file) === 'index.ts' ? path.dirname(file) : file, '.ts');
const start = await build({
  ...bundle,
  entryPoints: ['bin/redis-lab.ts'],
  outfile: 'dist/bin/redis-lab.cjs',
  format: 'cjs',
  alias: {
    assert: path.resolve('lib/cli/assert.ts'),
    'node:module': path.resolve('lib/cli/module.ts'),
    'string-width': path.resolve('lib/cli/width.ts'),
  },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  plugins: [
    required('./check.cjs', Object.keys(QUICK)),
    leaveOut((it) => {
      if (isErrors(it)) return '../lib/errors.cjs';
      if (!isLate(it)) return undefined;
      late.add(it.file);
      return `./${nameOf(it.file)}.js`;
    }),
  ],
});
const quick = await build({
  ...bundle,
  stdin: {
    contents: Object.entries(QUICK)
      .map(([file, name]) => `export { ${name} } from './${file}';`)
      .join('\n'),
    resolveDir: root,
  },
  outfile: 'dist/bin/check.cjs',
  format: 'cjs',
  plugins: [
    leaveOut((it) => {
      if (isErrors(it)) return '../lib/errors.cjs';
      if (it.kind !== 'dynamic-import') return undefined;
      late.add(it.file);
      return `./${nameOf(it.file)}.js`;
    }),
  ],
});
const later = await build({
  ...bundle,
  ...parts('dist/bin'),
  entryPoints: [...late].map((file) => ({ in: file, out: nameOf(file) })),
  external: ['listr2', 'undici'],
  // ioredis is CommonJS, and needs `require` for Node's modules.
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  plugins: [leaveOut((it) => (isErrors(it) ? '../lib/errors.cjs' : undefined))],
});

const heavy = Object.keys(start.metafile.inputs).filter((input) =>
  /^(?:node_modules.(?:execa|ioredis)|lib.(?:backends.\w+.index|verify|doctor|handout|render.(?:documents|texts)))/.test(
    input,
  ),
);
if (heavy.length > 0) throw new Error(`generate would wait for ${heavy.join(', ')}`);

await writeDeclarations();
await writeSchemas();
writeLicences([start, quick, later].flatMap(({ metafile }) => Object.keys(metafile.inputs)));

/** Options for ES modules in one folder, with chunks for what several entries share. */
function parts(outdir: string) {
  const names = { entryNames: '[name]', chunkNames: '[name]-[hash]' };
  return { outdir, ...names, format: 'esm', splitting: true } as const;
}

interface Imported {
  /** Absolute path of the source. */
  readonly file: string;
  readonly kind: string;
}

/** Leaves files out of a bundle: `where` gives the path from which they are imported. */
function leaveOut(where: (imported: Imported) => string | undefined): Plugin {
  return {
    name: 'leave-out',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\..*\.js$/ }, ({ path: target, resolveDir, kind }) => {
        const file = path.resolve(resolveDir, target).replace(/\.js$/, '.ts');
        const found = where({ file, kind });
        return found === undefined ? undefined : { path: found, external: true };
      }),
  };
}

/** Takes files out of a bundle, to be required from `where` once they are imported. */
function required(where: string, files: readonly string[]): Plugin {
  const namespace = 'required';
  return {
    name: namespace,
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /\.js$/ }, ({ path: target, resolveDir, kind }) => {
        const file = path.relative(root, path.resolve(resolveDir, target)).replace(/\.js$/, '.ts');
        if (kind !== 'dynamic-import' || !files.includes(file)) return undefined;
        return { path: where, namespace };
      });
      onResolve({ filter: /./, namespace }, () => ({ path: where, external: true }));
      onLoad({ filter: /./, namespace }, () => ({
        contents: `module.exports = require(${JSON.stringify(where)});`,
      }));
    },
  };
}

async function writeSchemas(): Promise<void> {
  const { jsonSchema } = await import('../lib/spec/json-schema.js');
  const report = await import('./json-schemas.js');
  const schemas = {
    'redis-lab': jsonSchema(),
    'redis-lab-result': report.resultJsonSchema(),
    'redis-lab-status': report.statusJsonSchema(),
    'redis-lab-doctor': report.doctorJsonSchema(),
    'redis-lab-list': report.labsJsonSchema(),
    'redis-lab-check': report.checkJsonSchema(),
    'redis-lab-event': report.eventJsonSchema(),
    'redis-lab-experiment': report.experimentJsonSchema(),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    // For programs: with blanks they would be more than twice as long, a thirtieth of the package.
    writeFileSync(`dist/${name}.schema.json`, `${JSON.stringify(schema)}\n`);
  }
}
