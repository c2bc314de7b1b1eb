import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const EACH = 'dist/declarations';

/** Writes all public types to one file. */
export async function writeDeclarations(): Promise<void> {
  // The compiler writes one file for each source; the plugin would take ten times as long for that.
  const compiler = 'node_modules/typescript/bin/tsc';
  execFileSync(
    process.execPath,
    [compiler, '--project', '.ci/tsconfig.types.json', '--outDir', EACH],
    { stdio: 'inherit' },
  );
  const bundle = await rollup({
    input: `${EACH}/lib/index.d.ts`,
    plugins: [
      dts({ tsconfig: '.ci/tsconfig.types.json', compilerOptions: { noLib: true, types: [] } }),
    ],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const { code } = (await bundle.generate({ format: 'es' })).output[0];
  rmSync(EACH, { recursive: true });
  // Otherwise a class of which only the type is public would be declared as a value.
  const values = Object.keys(await import(path.resolve('dist/lib/index.js')));
  const exported = [...code.matchAll(/^export (?:type )?\{ (.*) \};$/gm)].flatMap(
    ([, names = '']) => names.split(', '),
  );
  const isValue = (name: string) => values.includes(name.split(' as ').at(-1) ?? name);
  const text = code.replace(/^(?:export (?:type )?\{.*|\/\/\/.*)\n/gm, '');
  writeFileSync(
    'dist/lib/index.d.ts',
    [
      // For consumers whose `lib` lacks `await using`.
      '/// <reference lib="esnext.disposable" />',
      text.trim(),
      `export { ${exported.filter(isValue).join(', ')} };`,
      `export type { ${exported.filter((name) => !isValue(name)).join(', ')} };\n`,
    ].join('\n'),
  );
}
