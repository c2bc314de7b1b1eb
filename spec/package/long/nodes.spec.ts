/** The package under each Node that it is for, from the oldest to the newest: npm has their binaries as packages. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { type Need, program, readers } from '../../readers/support/readers.js';
import { ROOT } from '../../support/cli.js';
import { needs } from '../../support/skip.js';
import { type Installed, installed, MINUTE, run } from '../support/installed.js';

/** The oldest as package.json names it, then the newest of each line. */
const OLDEST = /\d+\.\d+$/.exec(
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).engines.node,
)?.[0];
const VERSIONS = [`${OLDEST}.0`, '22', '24', 'latest'];

/** What asks the most of Node: processes, sockets, files. */
const SMALL = ['command', 'process', 'workspace', 'redis-view'].map(
  (name) => `spec/${name}/*.spec.ts`,
);

/** `await using` is known to Node from 24 on. */
const PROGRAM = `
import { buildLab } from 'redis-lab';
const running = await buildLab({ name: 'program', sentinel: { downAfter: '1s' } }).up();
try {
  await running.inject('crash', '@replica');
  console.log((await running.heal()).length, (await running.status()).nodes.length);
} finally {
  await running[Symbol.asyncDispose]();
}
`;

const server: Need = () =>
  ['redis-server', 'redis-check-rdb'].every((name) => program(name)()) ? 'redis-server' : undefined;

readers('the package', [program('npm'), server], () => {
  let its: Installed;

  before(async function pack() {
    this.timeout(5 * MINUTE);
    its = await installed();
  });
  after(() => its?.remove());

  for (const version of VERSIONS) {
    describe(`under Node ${version}`, function () {
      this.timeout(5 * MINUTE);
      let node: string;
      let folder: string;
      /** As a user of that Node has it; what is deprecated ends it. */
      const env = (...options: string[]) => ({
        PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH']}`,
        NODE_OPTIONS: options.join(' '),
        REDIS_LAB_BACKEND: 'local',
        XDG_STATE_HOME: path.join(folder, 'state'),
      });
      const inProject = (...words: string[]) =>
        run(node, words, { cwd: its.project, env: env('--throw-deprecation') });
      const redisLab = (...words: string[]) =>
        inProject('node_modules/redis-lab/dist/bin/redis-lab.cjs', ...words);

      before(async function bring() {
        folder = path.join(its.folder, version);
        mkdirSync(folder);
        writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
        const name = `node-${process.platform}-${process.arch}`;
        // What "latest" is, is asked each time; the others are taken from npm's cache.
        const how = version === 'latest' ? [] : ['--prefer-offline'];
        const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...how];
        const { exitCode, all } = await execa('npm', [...args, `${name}@${version}`], {
          all: true,
          cwd: folder,
          reject: false,
          timeout: 4 * MINUTE,
        });
        needs(this, exitCode === 0 ? undefined : `npm's package ${name}@${version}: ${all}`);
        node = path.join(folder, 'node_modules', name, 'bin/node');
      });

      it('writes the files that any other Node writes', async () => {
        await redisLab('generate', '--out', `generated-${version}`);
        const made = (file: string) => readFileSync(path.join(its.project, file), 'utf8');
        for (const file of ['Vagrantfile', 'nodes/master/user-data']) {
          expect(made(`generated-${version}/${file}`), file).to.equal(
            readFileSync(path.join(ROOT, 'generated', file), 'utf8'),
          );
        }
      });

      it('brings a lab up, proves it and takes it down', async () => {
        await redisLab('up', '--no-verify');
        try {
          expect(await redisLab('verify', 'replication')).to.match(/^✓ passed in /m);
        } finally {
          expect(await redisLab('down')).to.include('Nothing of the lab redis-lab is left here.');
        }
      });

      it('does so in a program', async () => {
        writeFileSync(path.join(its.project, 'program.mjs'), PROGRAM);
        expect(await inProject('program.mjs')).to.equal('1 3');
      });

      if (![VERSIONS.at(0), VERSIONS.at(-1)].includes(version)) return;
      it('passes the small tests', async () => {
        const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
        const words = ['--no-config', '--import=tsx', '--require', './spec/support/deadlines.ts'];
        const said = await run(node, [mocha, ...words, '--reporter', 'dot', ...SMALL], {
          cwd: ROOT,
          env: env(),
        });
        expect(said).to.match(/\d+ passing/);
      });
    });
  }
});
