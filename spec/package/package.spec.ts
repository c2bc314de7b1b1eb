/** The package as others get it: packed, installed into an empty project, used from there. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { ROOT } from '../support/cli.js';
import { installed as install, MINUTE, run } from './support/installed.js';

describe('the package', function () {
  this.timeout(5 * MINUTE);
  let folder: string;
  let tarball: string;
  let unpacked: number;
  let remove: () => void = () => {};
  const project = () => path.join(folder, 'project');
  const installed = (file: string) =>
    JSON.parse(readFileSync(path.join(project(), 'node_modules/redis-lab', file), 'utf8'));
  const inProject = (file: string, ...args: string[]) => run(file, args, { cwd: project() });

  before(async () => {
    ({ folder, tarball, unpackedSize: unpacked, remove } = await install());
  });
  after(() => remove());

  it('installs without running or asking for a script of anybody', async () => {
    const { packages } = JSON.parse(
      readFileSync(path.join(project(), 'package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { hasInstallScript?: boolean }> };
    expect(packages).to.have.property('node_modules/redis-lab');
    const withScript = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript);
    expect(withScript).to.deep.equal([]);
    const { scripts } = installed('package.json');
    // npm asks about `prepare` as well where a package does not come from a registry.
    for (const name of ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare']) {
      expect(scripts, name).not.to.have.property(name);
    }
  });

  it('installs what its dependencies ask for, and nothing else', () => {
    const { dependencies, peerDependencies, optionalDependencies } = installed('package.json');
    expect({ peerDependencies, optionalDependencies }).to.deep.equal({
      peerDependencies: undefined,
      optionalDependencies: undefined,
    });
    for (const name of Object.keys(dependencies)) {
      expect(existsSync(path.join(project(), 'node_modules', name)), name).to.equal(true);
    }
  });

  it('weighs no more than it did', () => {
    // 1.60 MB packed and 5.44 MB unpacked, half of it the executable with what it brings along. Much more would be a package that should have been imported, or something that nobody runs.
    expect(statSync(tarball).size).to.be.lessThan(1_650_000);
    expect(unpacked).to.be.lessThan(5_600_000);
  });

  it('ships built files, the schema and the licences, and no sources', async () => {
    const list = (await run('tar', ['-tzf', tarball], {})).trim().split('\n');
    expect(list).to.include.members([
      'package/LICENSE',
      'package/README.md',
      'package/CHANGELOG.md',
      'package/dist/THIRD-PARTY-LICENSES.txt',
      'package/dist/redis-lab.schema.json',
      'package/dist/redis-lab-doctor.schema.json',
      'package/dist/redis-lab-event.schema.json',
      'package/dist/redis-lab-result.schema.json',
      'package/dist/redis-lab-status.schema.json',
      'package/dist/bin/redis-lab.cjs',
      'package/dist/lib/index.js',
      'package/dist/lib/index.d.ts',
    ]);
    for (const name of list) {
      expect(name).to.match(
        /^package\/(?:dist\/|LICENSE$|README\.md$|CHANGELOG\.md$|package\.json$)/,
      );
    }
    // The declarations are one file.
    expect(list.filter((name) => /\.d\.[cm]?ts$/.test(name))).to.deep.equal([
      'package/dist/lib/index.d.ts',
    ]);
  });

  it('runs as npx redis-lab generate', async () => {
    await inProject('npx', '--no-install', 'redis-lab', 'generate');
    expect(await inProject('npx', '--no-install', 'redis-lab', 'generate', '--check')).to.include(
      'generated is up to date',
    );
    const made = readFileSync(path.join(project(), 'generated/nodes/master/user-data'));
    expect(made.equals(readFileSync(path.join(ROOT, 'generated/nodes/master/user-data')))).to.equal(
      true,
    );
  });

  const PROGRAM = `
import { buildLab, SpecError } from 'redis-lab';
const lab = buildLab({ sentinel: { downAfter: '1s' } });
const changes = await lab.write('from-program');
console.log(lab.model.nodes.length, lab.model.sentinel.downAfterMs, changes.created.includes('Vagrantfile'));
try {
  buildLab({ redis: { port: 1 } });
} catch (error) {
  if (error instanceof SpecError) console.log(error.problems[0]?.path, error.exitCode);
}
`;

  it('looks for a lab as npx redis-lab status', async () => {
    const { all, exitCode } = await execa('npx', ['--no-install', 'redis-lab', 'status'], {
      all: true,
      cwd: project(),
      // npm's own warnings, of a setting of this user that it does not know, are not ours.
      env: { XDG_STATE_HOME: path.join(folder, 'state'), npm_config_loglevel: 'error' },
      reject: false,
      timeout: MINUTE,
    });
    expect({ all, exitCode }).to.deep.equal({
      all: 'Lab redis-lab (local): not here. To bring it up: npx redis-lab up',
      exitCode: 1,
    });
  });

  it('hands its JSON Schemas out', async () => {
    const titles = await inProject(
      'node',
      '--input-type=module',
      '--eval',
      `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const name of ['', 'result.', 'status.', 'event.', 'doctor.']) console.log(require('redis-lab/' + name + 'schema.json').title);`,
    );
    expect(titles).to.equal(
      'redis-lab.yaml\nredis-lab verify --json\nredis-lab status --json\nredis-lab status --watch --json\nredis-lab doctor --json',
    );
  });

  it('is imported by JavaScript', async () => {
    writeFileSync(path.join(project(), 'program.mjs'), PROGRAM);
    expect(await inProject('node', 'program.mjs')).to.equal('3 1000 true\nredis.port 2');
  });

  it('is required by CommonJS, with the same classes, and without a warning', async () => {
    writeFileSync(
      path.join(project(), 'program.cjs'),
      `const { buildLab, SpecError } = require('redis-lab');
(async () => {
  const imported = await import('redis-lab');
  console.log(buildLab().model.nodes.length, imported.SpecError === SpecError);
})();
`,
    );
    expect(await inProject('node', 'program.cjs')).to.equal('3 true');
  });

  const STRICT = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    'false',
  ];
  const tsc = (...args: string[]) =>
    execa(
      process.execPath,
      [path.join(ROOT, 'node_modules/typescript/bin/tsc'), ...STRICT, ...args],
      { all: true, cwd: project(), reject: false, timeout: MINUTE },
    );
  const SETTINGS = [
    ['nodenext', 'nodenext', 'es2022'],
    ['esnext', 'bundler', 'es2022'],
    ['nodenext', 'nodenext', 'esnext'],
  ] as const;

  // The project has no @types/node: what AbortSignal is comes with TypeScript's own library for browsers.
  for (const [module, resolution, target] of SETTINGS) {
    it(`is imported by TypeScript, strict, with ${module}, ${resolution} and ${target}`, async () => {
      writeFileSync(
        path.join(project(), 'program.mts'),
        `${PROGRAM.replace(/console\.log/g, 'out.push')}
declare const out: unknown[];
import type { LabModel, LabSpec, LabStatus, NodeModel, RenderedFile, VerifyResult } from 'redis-lab';
const spec: LabSpec = { nodes: [{ role: 'master', memory: '2G' }] };
const model: LabModel = buildLab(spec).model;
const node: NodeModel | undefined = model.nodes[0];
const files: readonly RenderedFile[] = buildLab().files();
async function live(): Promise<[LabStatus, VerifyResult]> {
  await using running = await buildLab().up({ install: true, onProgress: (event) => out.push(event.kind) });
  const result = await running.verify(['replication', 'failover'], { repeat: 2 });
  for await (const line of running.logs('master', 'redis')) out.push(line.length);
  await running.inject('crash', 'master');
  return [await running.status(), result];
}
export { files, live, node };
`,
      );
      const { all, exitCode } = await tsc(
        ...['--module', module, '--moduleResolution', resolution, '--target', target],
        'program.mts',
      );
      expect(exitCode, all).to.equal(0);
    });
  }

  it('is required by TypeScript that becomes CommonJS', async () => {
    writeFileSync(
      path.join(project(), 'program.cts'),
      `import redisLab = require('redis-lab');
import { buildLab, type LabModel } from 'redis-lab';
export const model: LabModel = buildLab().model;
export const isOurs = (error: unknown) => error instanceof redisLab.SpecError;
`,
    );
    const { all, exitCode } = await tsc(
      '--module',
      'nodenext',
      '--target',
      'es2022',
      'program.cts',
    );
    expect(exitCode, all).to.equal(0);
  });

  it('refuses what its types do not have', async () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['buildLab({ redis: { prot: 1 } });', "'prot' does not exist in type 'RedisSpec'"],
      // Only its type is there.
      ['new Lab();', "'Lab' cannot be used as a value"],
      ['new RunningLab();', "'RunningLab' cannot be used as a value"],
    ];
    for (const [line, message] of wrong) {
      const text = `import { buildLab, Lab, RunningLab } from 'redis-lab';\n${line}\n`;
      writeFileSync(path.join(project(), 'wrong.mts'), text);
      const { all, exitCode } = await tsc(
        '--module',
        'nodenext',
        '--target',
        'es2022',
        'wrong.mts',
      );
      expect(exitCode).not.to.equal(0);
      expect(all).to.include(message);
    }
  });

  it('gives every type that its types speak of a public name', () => {
    const text = readFileSync(path.join(ROOT, 'dist/lib/index.d.ts'), 'utf8');
    const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
    const declared = found(/^(?:declare )?(?:abstract )?(?:interface|type|class|enum) ([\w$]+)/gm);
    const named = found(/^export (?:type )?\{ (.*) \};$/gm)
      .flatMap((list) => list.split(', '))
      .map((name) => name.split(' as ')[0]);
    expect(declared).to.include.members(['LabModel', 'RunningLab']);
    const nameless = declared.filter((name) => !named.includes(name));
    expect(nameless, 'export them from lib/index.ts').to.deep.equal([]);
    // Nor do they speak of packages, whose types a user would have to have.
    expect(text).not.to.match(/\bfrom ['"]|\bimport\(|<reference types/);
  });

  it('is clean for publint', async () => {
    const { publint } = await import('publint');
    const { messages } = await publint({ pkgDir: ROOT, strict: true });
    expect(messages).to.deep.equal([]);
  });

  it('is clean for are-the-types-wrong', async () => {
    const attw = path.join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // CommonJS gets the ES module, which Node can require since 20.19; the schemas are JSON.
    const schemas = [
      'schema.json',
      'result.schema.json',
      'status.schema.json',
      'event.schema.json',
      'doctor.schema.json',
    ];
    await run(
      process.execPath,
      [attw, tarball, '--profile', 'esm-only', '--exclude-entrypoints', ...schemas],
      {},
    );
  });
});

describe('a clone', function () {
  this.timeout(5 * MINUTE);

  it('runs its own command as npx redis-lab', async () => {
    const all = await run('npx', ['redis-lab', '--version'], { cwd: ROOT });
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(all.trim().split('\n').at(-1)).to.equal(version);
  });

  it('shows in its hints how it was called', async () => {
    const { stdout } = await execa('npx', ['redis-lab', 'status'], {
      cwd: ROOT,
      env: { REDIS_LAB_BACKEND: 'local', XDG_STATE_HOME: path.join(tmpdir(), 'redis-lab-nowhere') },
      reject: false,
      timeout: MINUTE,
    });
    expect(stdout.split('\n').at(-1)).to.equal(
      'Lab redis-lab (local): not here. To bring it up: npx redis-lab up',
    );
  });
});
