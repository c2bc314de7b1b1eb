/** Input that has no end, or is only very long, and a signal meanwhile. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { BIN, ROOT, redisLab, redisLabProcess } from '../support/cli.js';
import { probe } from '../support/probe.js';

const RESULT = path.join(ROOT, 'spec/fixtures/results/plain.json');

describe('input without end', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-spec-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const COMMANDS: Record<string, (file: string) => string[]> = {
    'a description': (file) => ['generate', '--spec', file],
    'a description of a running lab': (file) => ['status', '--spec', file],
    'a result': (file) => ['report', file],
    'a recording': (file) => ['handout', '--recorded', file],
  };
  for (const [what, args] of Object.entries(COMMANDS)) {
    it(`is refused as ${what}: a pipe, a device, a folder, a huge file`, async () => {
      execFileSync('mkfifo', [at('pipe')]);
      fs.truncateSync(at('huge'), fs.writeFileSync(at('huge'), '') ?? 5e9);
      for (const [file, words] of [
        [at('pipe'), 'it is a pipe, not a file'],
        ['/dev/zero', 'it is a device or a socket, not a file'],
        [folder, 'EISDIR. That is a folder; name a file.'],
        [at('huge'), 'and no more are read'],
      ] as const) {
        const { exitCode, stderr } = await redisLab(folder, args(file));
        expect(stderr, file).to.include(words);
        expect(exitCode, file).to.equal(2);
      }
    });
  }

  it('is refused where the description is looked for', async () => {
    execFileSync('mkfifo', [at('redis-lab.yaml')]);
    const { exitCode, stderr } = await redisLab(folder, ['generate']);
    expect(stderr).to.include('cannot read redis-lab.yaml: it is a pipe, not a file');
    expect(exitCode).to.equal(2);
    expect(fs.readdirSync(folder)).to.deep.equal(['redis-lab.yaml']);
  });

  it('is refused as what redis-lab is said to have written: a folder of somebody else may hold anything', async () => {
    expect((await redisLab(folder, ['generate'])).exitCode).to.equal(0);
    fs.truncateSync(at('generated/.redis-lab.json'), 600_000_000);
    for (const args of [['generate'], ['generate', '--check']]) {
      const { exitCode, stderr } = await redisLab(folder, args);
      expect(stderr).to.include('.redis-lab.json: it has more than 16000000 bytes');
      expect(exitCode).to.equal(2);
    }
  });

  it('is refused where it is piped in, and what has an end is taken', async () => {
    const spec = ['generate', '--dry-run', '--json', '--spec', '/dev/stdin'];
    const first = await execa('sh', ['-c', 'yes | "$0" "$@"', process.execPath, BIN, ...spec], {
      cwd: folder,
      reject: false,
      timeout: 180_000,
    });
    expect(first.stderr).to.include('and no more are read');
    expect(first.exitCode).to.equal(2);
    const second = await redisLab(folder, spec, {
      stdin: 'pipe',
      input: 'nodes: [{role: master, name: m}, {}, {}]',
    });
    expect(second.exitCode).to.equal(0);
    expect(JSON.parse(second.stdout).created).to.include('nodes/m/redis.conf');
    const third = await redisLab(folder, ['report', '/dev/stdin'], { stdin: { file: RESULT } });
    expect(third.exitCode).to.equal(0);
    expect(third.stdout).to.match(/^<!doctype html>/i);
  });

  it('of many mistakes is told as far as it helps, also as JSON', async () => {
    const keys = Array.from({ length: 45_000 }, (_, i) => `k${i}: 1\n`).join('');
    fs.writeFileSync(at('redis-lab.yaml'), keys);
    const told = await redisLab(folder, ['generate', '--json']);
    expect(told.exitCode).to.equal(2);
    expect(told.stderr).to.match(/and 44,900 more$/);
    const { problems, more } = JSON.parse(told.stdout);
    expect(problems).to.have.length(100);
    expect(more).to.equal(44_900);
  });

  it('does not make a command deaf: a signal ends it while it waits for what is piped in', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const waiting = redisLabProcess(folder, ['generate', '--spec', '/dev/stdin'], {
        stdin: 'pipe',
      });
      // It waits once it has read what there is.
      waiting.stdin?.write('# the rest never comes\n');
      await untilRead(waiting.pid ?? 0);
      waiting.kill(signal);
      const ended = await waiting;
      expect(ended.signal ?? ended.exitCode).to.be.oneOf([signal, 130]);
      expect(fs.readdirSync(folder)).to.deep.equal([]);
    }
  });
});

describe('output that nobody takes', function () {
  this.timeout(60_000);

  it('does not make a command deaf: a signal ends it while it waits for a reader', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-spec-'));
    try {
      const pipe = path.join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      // It is open for reading as well, and nobody reads.
      const stdout = fs.openSync(pipe, 'r+');
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const child = spawn(process.execPath, [BIN, 'report', RESULT], {
          stdio: ['ignore', stdout, 'inherit'],
        });
        await untilRead(child.pid ?? 0);
        child.kill(signal);
        expect(await once(child, 'exit')).to.deep.equal([130, null]);
      }
      fs.closeSync(stdout);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a computation', () => {
  const source = path.join(import.meta.dirname, 'support/computing-probe.ts');
  const start = (...args: string[]) =>
    spawn(process.execPath, [probe(source), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

  it('is ended by a signal at once, though the process listens', async () => {
    const child = start('endless');
    try {
      await says(child.stdout, 'computing');
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).to.deep.equal([null, 'SIGTERM']);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('gives the signals back to whoever listened', async () => {
    const child = start();
    try {
      const heard = says(child.stdout, 'heard');
      await says(child.stdout, 'done');
      child.kill('SIGTERM');
      await heard;
      expect(await once(child, 'exit')).to.deep.equal([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

async function says(output: Readable, word: string): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    output.on('data', (chunk) => {
      text += chunk;
      if (text.includes(word)) resolve();
    });
    output.once('end', () => reject(new Error(`it said ${JSON.stringify(text)}, not ${word}`)));
  });
}

/** Until a process sleeps with its standard input read: it then polls the pipe. */
async function untilRead(pid: number): Promise<void> {
  if (process.platform !== 'linux') return;
  for (let quiet = 0; quiet < 5; ) {
    await sleep(100);
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const used = Number(rest[10]) + Number(rest[11]);
    quiet = state === 'S' && used === seenBefore.get(pid) ? quiet + 1 : 0;
    seenBefore.set(pid, used);
  }
}

const seenBefore = new Map<number, number>();
