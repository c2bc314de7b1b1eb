import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { RunOptions } from '../../lib/command/call.js';
import { processTrees } from '../../lib/command/detached.js';
import { run } from '../../lib/command/run.js';
import { EXIT } from '../../lib/errors.js';
import { systemTable } from '../../lib/process/system-table.js';
import { scratch } from '../readers/support/scratch.js';
import { refusal } from '../support/failure.js';
import { skip } from '../support/skip.js';

/** Starts a program, says its number, and waits for it. */
const PARENT = { program: 'sh', args: ['-c', 'sleep 600 & echo $!; wait'] };

/** Of `sh` and of what it started. */
interface Family {
  parent: number;
  child: number;
}

/** Runs it as Windows would, with something else in the place of taskkill. */
function likeWindows(options: Partial<RunOptions> & { readonly onChild?: () => void }) {
  const family: Family = { parent: 0, child: 0 };
  const ended: number[] = [];
  const endTree = (pid: number) => {
    ended.push(pid);
    // 0 would be this process and its whole group.
    for (const each of [family.child, family.parent]) if (each > 0) process.kill(each, 'SIGKILL');
  };
  const { onChild, ...rest } = options;
  const ran = run(
    PARENT,
    {
      deadlineMs: 180_000,
      detached: true,
      onStart: (pid) => {
        family.parent = pid;
      },
      onLine: (line) => {
        family.child = Number(line);
        onChild?.();
      },
      ...rest,
    },
    processTrees(endTree),
  );
  return { family, ended, ran };
}

const exitListeners = () => process.listenerCount('exit');

describe('a program that is apart, where there are no sessions', () => {
  it('is ended with all that it started when it is aborted, and waited for', async () => {
    const interrupt = new AbortController();
    const reason = new Error('Ctrl-C');
    const before = exitListeners();
    const { family, ended, ran } = likeWindows({
      signal: interrupt.signal,
      endBy: 'SIGINT',
      onChild: () => interrupt.abort(reason),
    });
    expect(await ran.catch((error: unknown) => error)).to.equal(reason);
    expect(ended).to.deep.equal([family.parent]);
    expect([...(await systemTable().look([family.parent, family.child])).keys()]).to.deep.equal([]);
    expect(exitListeners()).to.equal(before);
  });

  it('is ended with all that it started when time is up', async () => {
    const { family, ended, ran } = likeWindows({ deadlineMs: 5000 });
    const error = await ran.catch((error: unknown) => error);
    expect(error).to.have.property('exitCode', EXIT.deadline);
    expect(error).to.have.property('message').that.contains('did not end within 5000 ms');
    expect(ended).to.deep.equal([family.parent]);
  });

  it('is ended with all that it started when redis-lab ends first, if it can be aborted', async () => {
    const { signal } = new AbortController();
    const before = new Set(process.listeners('exit'));
    let added: readonly NodeJS.ExitListener[] = [];
    const { family, ended, ran } = likeWindows({
      signal,
      onChild: () => {
        added = process.listeners('exit').filter((each) => !before.has(each));
        for (const each of added) each.call(process, 0);
      },
    });
    await ran;
    expect(added).to.have.length(1);
    expect(ended).to.deep.equal([family.parent]);
  });

  it('is let be when it ends by itself', async () => {
    const interrupt = new AbortController();
    const before = exitListeners();
    const ended: number[] = [];
    const ran = await run(
      { program: 'sh', args: ['-c', 'echo out; exit 3'] },
      { deadlineMs: 180_000, detached: true, signal: interrupt.signal },
      processTrees((pid) => ended.push(pid)),
    );
    interrupt.abort();
    expect(ran).to.include({ code: 3, stdout: 'out\n' });
    expect(ended).to.deep.equal([]);
    expect(exitListeners()).to.equal(before);
  });

  it('is not watched where it does not start', async () => {
    const before = exitListeners();
    const error = await run(
      { program: 'redis-lab-no-such-program', args: [] },
      { deadlineMs: 180_000, detached: true, signal: new AbortController().signal },
      processTrees(() => expect.fail('there is nothing to end')),
    ).catch((error: unknown) => error);
    expect(error).to.have.property('exitCode', EXIT.program);
    expect(exitListeners()).to.equal(before);
  });
});

describe('a program that is apart, here', () => {
  it('is asked to end, with all that it started', async function () {
    if (process.platform === 'win32') skip(this, 'a system other than Windows');
    const interrupt = new AbortController();
    const lines: string[] = [];
    const ran = run(
      { program: 'sh', args: ['-c', "trap 'echo asked; exit 0' INT; sleep 600 & echo up; wait"] },
      {
        deadlineMs: 180_000,
        detached: true,
        endBy: 'SIGINT',
        signal: interrupt.signal,
        onLine: (line) => {
          lines.push(line);
          if (line === 'up') interrupt.abort(new Error('Ctrl-C'));
        },
      },
    );
    expect(await ran.catch((error: Error) => error.message)).to.equal('Ctrl-C');
    expect(lines).to.deep.equal(['up', 'asked']);
  });

  it('whose children keep its output open is not waited for beyond its deadline', async () => {
    const note = path.join(scratch('run'), 'pid');
    const script = `sleep 600 & echo $! >'${note}'; exec sleep 600`;
    const error = await refusal(run({ program: 'sh', args: ['-c', script] }, { deadlineMs: 500 }));
    expect(error).to.include({ exitCode: EXIT.deadline, code: 'deadline.command' });
    const child = Number(readFileSync(note, 'utf8'));
    expect(process.kill(child, 'SIGKILL')).to.equal(true);
  });
});
