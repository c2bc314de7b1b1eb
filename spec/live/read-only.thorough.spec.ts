/** A lab whose files nobody can write any more: its servers end, and what could not be done is said. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { BIN, redisLab } from '../support/cli.js';
import { needs, skip } from '../support/skip.js';
import { type Home, leftBelow, newHome, processesBelow } from './support/home.js';

const IS_ROOT = process.getuid?.() === 0;

describe('a lab on a disk that is read-only', function () {
  this.timeout(60_000);
  let home: Home;
  let state: string;

  before(async function needsMounts() {
    if (process.platform !== 'linux') skip(this, 'Linux');
    if (!IS_ROOT) return;
    const { exitCode } = await execa('unshare', ['-m', 'true'], { reject: false });
    needs(this, exitCode === 0 ? undefined : 'mounts of its own (unshare -m)');
  });

  beforeEach(async () => {
    home = newHome();
    state = String(home.env['XDG_STATE_HOME']);
    const up = await redisLab(home.folder, ['up', '--no-verify'], { env: home.env });
    expect(up.exitCode, up.stderr).to.equal(0);
  });

  /** Where the state cannot be written: root has a mount of its own, others change the mode of folders. */
  const run = async (...args: string[]) => {
    const folders = [state, ...folderNames(state)];
    const mount = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`;
    const words = IS_ROOT
      ? ['unshare', '-m', 'sh', '-c', mount, state, process.execPath, BIN, ...args]
      : [process.execPath, BIN, ...args];
    const [program = '', ...rest] = words;
    if (!IS_ROOT) for (const folder of folders) fs.chmodSync(folder, 0o555);
    const ran = await execa(program, rest, {
      cwd: home.folder,
      env: home.env,
      reject: false,
      timeout: 40_000,
    });
    if (!IS_ROOT) for (const folder of folders.filter(fs.existsSync)) fs.chmodSync(folder, 0o755);
    const { exitCode, stdout, stderr } = ran;
    expect(stdout + stderr).not.to.match(/^\s+at /m);
    return { exitCode, stdout, stderr };
  };

  it('is seen by status and list, as it is', async () => {
    expect((await run('status')).exitCode).to.equal(0);
    expect((await run('list')).stdout).to.match(/^redis-lab +local +running /m);
  });

  it('is ended by stop', async () => {
    const { exitCode, stdout, stderr } = await run('stop');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.match(/^Ended: master sentinel, .* Their data is kept\.$/m);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('is ended by down, which says what was ended and what could not be removed', async () => {
    const { exitCode, stderr } = await run('down');
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(
      /^redis-lab: Ended: master sentinel, .* and slave2 redis\. But the files of the lab redis-lab could not be removed: cannot remove \S+: (?:EROFS|EACCES)\. /,
    );
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    const again = await redisLab(home.folder, ['down'], { env: home.env });
    expect(again).to.include({ exitCode: 0, stderr: '' });
    expect(fs.existsSync(path.join(state, 'redis-lab'))).to.equal(false);
  });

  it('is changed by nothing else, which says why', async () => {
    const before = processesBelow(home.folder);
    for (const words of ['fault crash slave1', 'heal', 'verify replication', 'up --fresh']) {
      const { exitCode, stdout, stderr } = await run(...words.split(' '));
      expect({ exitCode, stdout }, words).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr, words).to.match(/cannot \w+ .*: (?:EROFS|EACCES)\./);
    }
    expect(processesBelow(home.folder)).to.deep.equal(before);
  });
});

function folderNames(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
