/** The node's own script packs a build; what it packs is what the cache reads. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { keepNodeBuild, nodeBuilds } from '../../lib/cache/node-builds.js';
import { buildLab } from '../../lib/lab/lab.js';
import { NODE_BUILD_FLAGS } from '../../lib/render/lab-env.js';
import { refusal } from '../backends/support/server-errors.js';
import { plant, textOf } from '../readers/support/labs.js';
import { type Need, PYTHON, program, readers, systemPython } from '../readers/support/readers.js';
import { scratchFolder } from './support/folders.js';

const gnuTar: Need = () => {
  const { stdout } = spawnSync('tar', ['--version'], { encoding: 'utf8', timeout: 180_000 });
  return stdout?.includes('GNU tar') ? undefined : 'GNU tar';
};
const linux: Need = () => (fs.existsSync('/etc/os-release') ? undefined : '/etc/os-release');

const lab = buildLab();
const { redis } = lab.model;

/** Lines of a script from one that begins so to one that begins so, both as well. */
function part(script: string, from: string, to: string): string {
  const text = textOf(lab, `nodes/master/${script}`);
  const begin = text.indexOf(`\n${from}`) + 1;
  const end = text.indexOf('\n', text.indexOf(`\n${to}`, begin - 1) + 1);
  if (begin === 0 || end < begin) throw new Error(`${script} has no ${from} … ${to}`);
  return text.slice(begin, end + 1);
}

/** What the script does when make has installed its programs into a stage. */
function pack(folder: string, env: string): ReturnType<typeof spawnSync> {
  const bin = path.join(folder, 'work/stage/bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.mkdirSync(path.join(folder, 'share'));
  for (const name of ['redis-server', 'redis-cli', 'redis-benchmark']) {
    fs.writeFileSync(path.join(bin, name), name.repeat(5000), { mode: 0o755 });
  }
  for (const name of ['redis-sentinel', 'redis-check-rdb', 'redis-check-aof']) {
    fs.symlinkSync('redis-server', path.join(bin, name));
  }
  const script = [
    'set -euo pipefail',
    env,
    part('common.sh', 'os_release()', 'BUILD='),
    part('common.sh', 'manifest() {', '}'),
    part('build.sh', 'read -ra flags', 'read -ra flags'),
    'work=$1/work SHARE_DIR=$1/share',
    part('build.sh', 'manifest >"$work/stage/BUILD"', 'mv "$work/$BUILD.sha256"'),
    `printf '%s\\0' "\${flags[@]}"`,
  ].join('\n');
  return spawnSync('bash', ['-c', script, 'bash', folder], { encoding: 'utf8', timeout: 180_000 });
}

readers(
  'a build that the script of a node packs',
  [program('bash'), gnuTar, linux, systemPython],
  () => {
    const scratch = scratchFolder();
    const env = textOf(lab, 'nodes/master/lab.env');
    const packed = () => {
      const share = path.join(scratch.root, 'share');
      const [name = '', digest = ''] = fs.readdirSync(share).sort();
      expect(digest).to.equal(`${name}.sha256`);
      const sha256 = fs.readFileSync(path.join(share, digest), 'utf8').split(' ')[0] ?? '';
      return { name, content: fs.readFileSync(path.join(share, name)), sha256 };
    };
    const options = () => ({ cache: path.join(scratch.root, 'cache') });

    it('is kept and given again, for this distribution and architecture', async () => {
      const ran = pack(scratch.root, env);
      expect(ran.stderr).to.equal('');
      expect(String(ran.stdout).split('\0').slice(0, -1)).to.deep.equal(NODE_BUILD_FLAGS);
      const kept = await keepNodeBuild(redis, packed(), options());
      expect(kept.architecture).to.equal(os.machine());
      expect(kept.name).to.equal(packed().name);
      expect(await nodeBuilds(redis, options())).to.deep.equal([kept]);
    });

    it('is the same, byte for byte, when it is packed again', () => {
      pack(scratch.root, env);
      const first = packed().content;
      for (const name of ['work', 'share']) {
        fs.rmSync(path.join(scratch.root, name), { recursive: true });
      }
      pack(scratch.root, env);
      expect(packed().content.equals(first)).to.equal(true);
    });

    it('is what the script of another node unpacks', () => {
      pack(scratch.root, env);
      const { name, content } = packed();
      const manifest = execFileSync('tar', ['-xzOf', '-', 'BUILD'], { input: content });
      const stage = path.join(scratch.root, 'other');
      fs.mkdirSync(stage);
      const script = path.join(scratch.root, 'unpack.py');
      fs.writeFileSync(script, textOf(lab, 'nodes/slave1/unpack.py'));
      const words = ['-IS', script, path.join(scratch.root, 'share', name), stage, 'redis'];
      execFileSync(PYTHON, words, { input: manifest });
      expect(fs.readdirSync(path.join(stage, 'bin')).sort()).to.deep.equal(
        fs.readdirSync(path.join(scratch.root, 'work/stage/bin')).sort(),
      );
    });

    it('is not kept when lab.env has other flags or another source', async () => {
      pack(scratch.root, plant(env, 'OPTIMIZATION=-O2', 'OPTIMIZATION=-O3'));
      expect(await refusal(keepNodeBuild(redis, packed(), options()), 4)).to.contain(
        'it was built with "MALLOC=jemalloc USE_SYSTEMD=yes BUILD_TLS=no OPTIMIZATION=-O3"',
      );
      for (const name of ['work', 'share']) {
        fs.rmSync(path.join(scratch.root, name), { recursive: true });
      }
      pack(scratch.root, plant(env, redis.source.sha256, 'e'.repeat(64)));
      expect(await refusal(keepNodeBuild(redis, packed(), options()), 4)).to.contain(
        `the SHA-256 of its source is ${'e'.repeat(64)}`,
      );
    });
  },
);
