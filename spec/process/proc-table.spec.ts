/** Servers whose program, as Linux tells it, is another one that runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { procTable } from '../../lib/process/proc-table.js';
import { scratch } from '../readers/support/scratch.js';
import { skip } from '../support/skip.js';

describe('a server in /proc', () => {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'Linux');
  });

  for (const runner of ['qemu-aarch64-static', 'rosetta', 'ld-linux-x86-64.so.2']) {
    it(`is found where ${runner} runs it`, async () => {
      expect(await foundBy(runner)).to.equal(true);
    });
  }

  it('is not whatever has its words in its command line', async () => {
    expect(await foundBy('vi')).to.equal(false);
  });

  /** A shell under that name, with the words of an emulated server. */
  async function foundBy(runner: string): Promise<boolean> {
    const dataFolder = fs.realpathSync(scratch('data'));
    const program = path.join(scratch('runner'), runner);
    fs.copyFileSync('/bin/sh', program);
    fs.writeFileSync(path.join(dataFolder, 'wait'), 'echo there; read line\n');
    const mark = path.join(dataFolder, 'redis.conf');
    const child = spawn(program, ['wait', 'redis-server', mark], {
      cwd: dataFolder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      const trace = { dataFolder, logFile: '/none', pidFile: '/none', marks: [mark] };
      const [found = []] = await procTable.find([trace]);
      return found.some(({ pid }) => pid === child.pid);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
});
