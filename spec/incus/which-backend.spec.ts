/** A lab that a program brought up in containers, seen by the command, which is told nothing of where it is. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import type { LabList } from '../../lib/index.js';
import { BIN, ROOT } from '../support/cli.js';
import { daemon, User } from '../support/ground.js';
import { story } from '../support/story.js';
import { DEBIAN_12 } from './support/labs.js';
import { leftOf } from './support/lxc.js';

const SPEC = {
  ...DEBIAN_12,
  redis: { install: 'package', version: '7.0.15' },
  sentinel: { downAfter: '2s' },
};

describe('a lab in containers that a program brought up', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  let isAway = false;
  const notes = path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab', '.backends');
  /** Runs the command as on most machines, where no variable says anything of backends. */
  const command = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [BIN, ...args], {
      cwd: user.folder,
      env: { ...user.env, REDIS_LAB_BACKEND: '' },
      reject: false,
      timeout: 300_000,
    });
    return { exitCode, stdout, stderr };
  };

  after(async () => {
    // Where a step failed that had stopped it.
    if (isAway) await daemon('start');
    await command('down', '--backend', 'incus');
    user.remove();
  });

  it('is up with the library', async () => {
    user.write(
      'program.mjs',
      `import { buildLab } from ${JSON.stringify(path.join(ROOT, 'dist/lib/index.js'))};
const running = await buildLab(${JSON.stringify(SPEC)}).up({ backend: 'incus', readyWithinMs: 180_000 });
console.log(running.backend, running.started);
`,
    );
    const ran = await execa(process.execPath, ['program.mjs'], {
      cwd: user.folder,
      env: user.env,
      reject: false,
      timeout: 600_000,
    });
    expect(ran.exitCode, ran.stderr).to.equal(0);
    expect(ran.stdout).to.equal('incus true');
    expect(fs.readdirSync(notes)).to.deep.equal(['redis-lab']);
  });

  it('is found by status, list, and by a program that names no backend', async () => {
    const status = await command('status', '--json');
    expect(status.exitCode, status.stderr).to.equal(0);
    expect(JSON.parse(status.stdout)).to.include({ backend: 'incus', state: 'running' });
    const { labs, silent } = JSON.parse((await command('list', '--json')).stdout) as LabList;
    expect(silent).to.deep.equal([]);
    expect(labs).to.deep.equal([
      {
        name: 'redis-lab',
        backend: 'incus',
        state: 'running',
        folder: null,
        problem: null,
        set: [],
      },
    ]);
    user.write(
      'again.mjs',
      `import { buildLab } from ${JSON.stringify(path.join(ROOT, 'dist/lib/index.js'))};
const lab = buildLab(${JSON.stringify(SPEC)});
const attached = await lab.attach();
const again = await lab.up();
console.log(attached.backend, again.backend, again.started);
`,
    );
    const ran = await execa(process.execPath, ['again.mjs'], { cwd: user.folder, env: user.env });
    expect(ran.stdout).to.equal('incus incus false');
  });

  it('is named by down of another lab, which leaves it alone', async () => {
    const down = await command('down', '--set', 'name=other');
    expect(down.exitCode, down.stderr).to.equal(0);
    expect(down.stdout.split('\n')).to.deep.equal([
      'Nothing of the lab other is left here.',
      'Labs of yours that are up, and what takes each down:',
      '  redis-lab (incus, running): redis-lab down --set name=redis-lab --backend incus',
    ]);
  });

  it('is not said to be gone while its daemon does not answer', async () => {
    isAway = true;
    await daemon('stop');
    for (const words of [['status'], ['down'], ['stop']]) {
      const { exitCode, stdout, stderr } = await command(...words);
      expect({ exitCode, stdout }, words.join()).to.deep.equal({ exitCode: 3, stdout: '' });
      expect(stderr).to.match(
        /^redis-lab: The lab redis-lab was brought up with incus, which cannot be asked about it now\. LXD: /,
      );
    }
    const { labs, silent } = JSON.parse((await command('list', '--json')).stdout) as LabList;
    expect(labs.map(({ name, state }) => [name, state])).to.deep.equal([['redis-lab', 'unknown']]);
    expect(silent.map(({ backend }) => backend)).to.deep.equal(['incus']);
    await daemon('start');
    isAway = false;
  });

  it('is taken down, and forgotten', async () => {
    const down = await command('down');
    expect(down.exitCode, down.stderr).to.equal(0);
    expect(down.stdout)
      .to.match(/^Ended: .*master redis/)
      .and.include('is left here.');
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expect(fs.existsSync(notes)).to.equal(false);
  });
});
