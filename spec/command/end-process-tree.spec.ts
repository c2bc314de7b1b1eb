import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { endProcessTree } from '../../lib/command/end-process-tree.js';
import { Programs } from '../support/programs.js';

describe('the end of a tree of Windows processes', () => {
  const { PATH, SystemRoot } = process.env;
  let scratch: string;
  let programs: Programs;
  let sleeper: ChildProcess;

  beforeEach(() => {
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-tree-spec-'));
    programs = new Programs(scratch);
    process.env['PATH'] = [programs.folder, PATH].join(path.delimiter);
    process.env['SystemRoot'] = 'D:\\Windows';
    sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
  });

  afterEach(() => {
    process.env['PATH'] = PATH;
    if (SystemRoot === undefined) delete process.env['SystemRoot'];
    else process.env['SystemRoot'] = SystemRoot;
    sleeper.kill('SIGKILL');
    fs.rmSync(scratch, { recursive: true });
  });

  /** Where \ is a letter like others, a whole path of Windows is a name in PATH. */
  function taskkill(body: string, root = 'D:\\Windows'): void {
    programs.add(
      `${root}\\System32\\taskkill.exe`,
      `printf '%s\\n' "$@" >>'${scratch}/made'\n${body}`,
    );
  }

  const pid = () => sleeper.pid ?? 0;

  it('is taskkill’s, which is waited for', () => {
    taskkill('');
    endProcessTree(pid());
    expect(programs.made).to.deep.equal(['/PID', String(pid()), '/T', '/F']);
    // It said it did.
    expect(process.kill(pid(), 0)).to.equal(true);
  });

  it('is taskkill’s of the usual folder where the system names none', () => {
    delete process.env['SystemRoot'];
    taskkill('', 'C:\\Windows');
    endProcessTree(pid());
    expect(programs.made).to.have.length(4);
  });

  it('has come already where taskkill knows none', () => {
    taskkill('exit 128');
    endProcessTree(pid());
    expect(process.kill(pid(), 0)).to.equal(true);
  });

  it('is at least its own where taskkill fails', async () => {
    taskkill('exit 1');
    const ended = once(sleeper, 'exit');
    endProcessTree(pid());
    expect((await ended)[1]).to.equal('SIGKILL');
    endProcessTree(pid()); // which is gone by now
  });

  it('is at least its own where there is no taskkill', async () => {
    const ended = once(sleeper, 'exit');
    endProcessTree(pid());
    expect((await ended)[1]).to.equal('SIGKILL');
  });
});
