/** Whom a note names that an earlier redis-lab should have left. Linux tells where a process works. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { endLeftover, writePidfile } from '../../../lib/backends/vagrant/pidfile.js';
import { systemTable } from '../../../lib/process/system-table.js';
import { Folder } from '../../../lib/workspace/folder.js';
import { skip } from '../../support/skip.js';

describe('the Vagrant that an earlier redis-lab left at work', () => {
  let root: string;
  let place: Folder;
  let child: ChildProcess;

  beforeEach(function onLinux() {
    if (process.platform !== 'linux') skip(this, 'Linux');
    root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
    place = new Folder(path.join(root, 'lab'));
    place.makePrivate();
  });
  afterEach(() => {
    child.kill('SIGKILL');
    fs.rmSync(root, { recursive: true });
  });

  /** A program of this name, as the first of a group of its own. */
  const begin = async (name: string, cwd: string): Promise<number> => {
    const file = path.join(root, name);
    fs.writeFileSync(file, '#!/bin/sh\nsleep 60 & wait\n', { mode: 0o755 });
    child = spawn(file, ['up'], { cwd, detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    await writePidfile(place, child.pid ?? 0);
    expect(place.list('')).to.deep.equal(['at-work.json']);
    return child.pid ?? 0;
  };
  const lives = async (pid: number) => (await systemTable().look([pid])).has(pid);

  it('is ended, and so is the note', async () => {
    const pid = await begin('vagrant', place.root);
    await endLeftover(place);
    expect(await lives(pid)).to.equal(false);
    expect(place.list('')).to.deep.equal([]);
  });

  for (const [what, name, folder] of [
    ['another program', 'innocent', 'lab'],
    ['a Vagrant in another folder', 'vagrant', '.'],
  ] as const) {
    it(`is not ${what}: that is left alone, and the note goes`, async () => {
      const pid = await begin(name, path.join(root, folder));
      await endLeftover(place);
      expect(await lives(pid)).to.equal(true);
      expect(place.list('')).to.deep.equal([]);
      process.kill(-pid, 'SIGKILL');
    });
  }
});
