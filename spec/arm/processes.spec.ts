/** A lab of processes under a Node and a Redis for ARM, run by QEMU. */
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { ROOT } from '../support/cli.js';

const COMMAND = path.join(ROOT, 'dist/bin/redis-lab.cjs');

/** What is done in one call, since what the Debian for ARM has written is gone after it. */
const LIFE = `
set -e
lab() { node '${COMMAND}' "$@"; }
echo 'redis: {install: package, version: 7.0.15}' >redis-lab.yaml
node --print process.arch
lab up --backend local --no-verify
lab exec master -- redis-cli info server | grep '^os:'
lab verify
lab down
`;

describe('a lab of processes on ARM', () => {
  it('comes up, is proven, and is gone', async () => {
    const { exitCode, all } = await execa(
      'bash',
      [path.join(ROOT, 'spec/ground/arm/enter'), 'sh', '-c', LIFE],
      { reject: false, all: true, stdin: 'ignore', timeout: 1_500_000 },
    );
    expect(exitCode, all).to.equal(0);
    expect(all)
      .to.match(/^arm64$/m)
      .and.match(/^os:Linux \S+ aarch64/m)
      .and.match(/✓ passed in /)
      .and.include('Nothing of the lab redis-lab is left here.');
  });
});
