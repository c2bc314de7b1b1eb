/** Builds what the package ships: the library, the executable, declarations, JSON Schemas, licences. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { writeTemplates } from './templates.js';

const root = path.dirname(import.meta.dirname);
process.chdir(root);
writeTemplates();
rmSync('dist', { recursive: true, force: true });

const common = { bundle: true, platform: 'node', target: 'node20.19' } satisfies BuildOptions;

// Apart and CommonJS, so that the library and the executable have the very same classes of errors.
const errors = path.resolve('lib/errors.ts');
await build({ ...common, entryPoints: [errors], format: 'cjs', outfile: 'dist/lib/errors.cjs' });

const isErrors = ({ file }: Imported) => file === errors;

// The library: packages stay packages, which a program can update. What runs a lab is loaded when a lab is run.
await build({
  ...common,
  ...parts('dist/lib'),
  entryPoints: ['lib/index.ts', 'lib/running.ts'],
  packages: 'external',
  plugins: [leaveOut((it) => (isErrors(it) ? './errors.cjs' : undefined))],
});

// The executable brings its packages along: it is measured as a whole process, against bare Node, and most of its
// time goes into loading. Without each of these, `generate` takes longer: one bundle, 70 %; no Unicode tables of
// string-width, 20 %, where our help has one column a letter; CommonJS, 6 %. `up` and `down` take 55 % longer with
// execa and ioredis file by file. Minified it is as quick and half as large.
const bundle = { ...common, minify: true, legalComments: 'none', metafile: true } as const;
const late = ['lib/cli/live.ts', 'lib/running.ts'].map((it) => path.resolve(it));
const start = await build({
  ...bundle,
  entryPoints: ['bin/redis-lab.ts'],
  outfile: 'dist/bin/redis-lab.cjs',
  format: 'cjs',
  alias: { 'string-width': path.resolve('lib/cli/width.ts') },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  plugins: [
    leaveOut((it) => {
      if (isErrors(it)) return '../lib/errors.cjs';
      const isLate = it.kind === 'dynamic-import' && late.includes(it.file);
      return isLate ? `./${path.basename(it.file, '.ts')}.js` : undefined;
    }),
  ],
});
const later = await build({
  ...bundle,
  ...parts('dist/bin'),
  entryPoints: late,
  external: ['listr2', 'undici'],
  // ioredis is CommonJS and asks for Node's own modules in that way.
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  plugins: [leaveOut((it) => (isErrors(it) ? '../lib/errors.cjs' : undefined))],
});

await writeDeclarations();
await writeSchemas();
writeLicences(Object.keys({ ...start.metafile.inputs, ...later.metafile.inputs }));

/** ES modules in one folder, where each file has what its entry or several of them need. */
function parts(outdir: string) {
  const names = { entryNames: '[name]', chunkNames: '[name]-[hash]' };
  return { outdir, ...names, format: 'esm', splitting: true } as const;
}

interface Imported {
  /** Absolute path of the source. */
  readonly file: string;
  readonly kind: string;
}

/** Imports from another file what `where` says is in it. */
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

/** All public types in one file, under their names. */
async function writeDeclarations(): Promise<void> {
  const bundle = await rollup({
    input: 'lib/index.ts',
    plugins: [dts({ tsconfig: '.ci/tsconfig.types.json' })],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const { code } = (await bundle.generate({ format: 'es' })).output[0];
  // A class of which only the type is public would be declared as if it could be constructed.
  const values = Object.keys(await import(path.resolve('dist/lib/index.js')));
  const exported = [...code.matchAll(/^export (?:type )?\{ (.*) \};$/gm)].flatMap(
    ([, names = '']) => names.split(', '),
  );
  const isValue = (name: string) => values.includes(name.split(' as ').at(-1) ?? name);
  const text = code.replace(/^(?:export (?:type )?\{.*|\/\/\/.*)\n/gm, '');
  writeFileSync(
    'dist/lib/index.d.ts',
    [
      // `await using` of a consumer whose own `lib` does not have it.
      '/// <reference lib="esnext.disposable" />',
      text.trim(),
      `export { ${exported.filter(isValue).join(', ')} };`,
      `export type { ${exported.filter((name) => !isValue(name)).join(', ')} };\n`,
    ].join('\n'),
  );
}

async function writeSchemas(): Promise<void> {
  const { jsonSchema } = await import('../lib/spec/json-schema.js');
  const report = await import('../lib/report/schema.js');
  const schemas = {
    'redis-lab': jsonSchema(),
    'redis-lab-result': report.resultJsonSchema(),
    'redis-lab-status': report.statusJsonSchema(),
    'redis-lab-doctor': report.doctorJsonSchema(),
    'redis-lab-list': report.labsJsonSchema(),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(`dist/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  }
}

/** The licences of what is in the executable ask to travel with it. */
function writeLicences(inputs: readonly string[]): void {
  // A package may lie within another one's folder, in a version of its own.
  const folders = inputs.flatMap(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  const texts = [...new Set(folders)].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const files = readdirSync(folder).filter((entry) => /^(?:licen[sc]e|notice)/i.test(entry));
    if (!files.some((entry) => /^licen/i.test(entry))) {
      throw new Error(`${name} ${version} has no licence file to pass on`);
    }
    const full = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
    return `${name} ${version} (${license})\n\n${full.join('\n\n')}\n`;
  });
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', texts.sort().join(`\n${'-'.repeat(72)}\n\n`));
}
