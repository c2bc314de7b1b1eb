/** Redis from source for ARM: what the first node of a lab would compile there, and hand to the others and to its host. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { toYaml } from '../../lib/render/yaml.js';
import { ROOT } from '../support/cli.js';
import { User } from '../support/ground.js';
import { SOURCE } from '../vagrant/support/labs.js';

const BUILD = 'redis-7.0.15-debian-12-aarch64.build.tar.gz';

/** An emulated compiler is many times slower than a real one. */
const COMPILE_MS = 7_000_000;

describe('the build of a node of ARM', () => {
  const user = new User();
  after(() => user.remove());

  it('is compiled by its own scripts, and kept for nodes of ARM alone', async () => {
    const arm = (name: string) => path.join(ROOT, 'spec/ground/arm', name);
    const { exitCode, stdout, stderr } = await execa(
      'bash',
      [arm('enter'), 'bash', arm('compile'), String(process.env['REDIS_LAB_SOURCES'])],
      { reject: false, stdin: 'ignore', timeout: COMPILE_MS },
    );
    expect(exitCode, stderr).to.equal(0);
    expect(stderr).to.match(/redis-lab: built redis 7\.0\.15 in \d+ s/);

    const build = Buffer.from(stdout, 'base64');
    fs.writeFileSync(path.join(user.folder, BUILD), build);
    const digest = createHash('sha256').update(build).digest('hex');
    user.write(`${BUILD}.sha256`, `${digest}  ${BUILD}\n`);
    user.write('redis-lab.yaml', toYaml(SOURCE));
    const added = await user.run('cache', 'add', BUILD);
    expect(added.exitCode, added.stderr).to.equal(0);
    expect(added.stdout).to.include('build for nodes with debian-12 on aarch64: kept');
  }).timeout(COMPILE_MS);
});
