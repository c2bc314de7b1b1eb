/** A small class on one machine, as processes: the labs of three students, by the command. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { needsServer } from '../backends/local/support.js';
import { needTerminal } from '../cli/support/terminal.js';
import { until } from '../support/at-work.js';
import { BIN, redisLab, redisLabProcess } from '../support/cli.js';
import { story } from '../support/story.js';
import { leftBelow, newHome, processesBelow } from './support/home.js';

const LABS = {
  '051110': 'sister-051110',
  '19/440/TK': 'sister-19-440-tk-bbdaac',
  'dewi@example.org': 'sister-dewi-example-org-bfc912',
};
const IDS = Object.keys(LABS);
const [ANI = '', LEI = ''] = IDS;

interface StudentLab {
  readonly id: string;
  readonly lab: string;
  readonly ok: boolean;
  readonly error: { readonly message: string } | null;
  readonly status?: {
    readonly master: string;
    readonly nodes: readonly { readonly address: string }[];
  };
  readonly verify?: { readonly verdict: string };
  readonly stdout?: string;
}

describe('a class on one machine', function () {
  this.timeout(300_000);
  story();
  const { folder, env } = newHome();
  const roster = ['--roster', 'students.csv'];

  const run = (...args: string[]) => redisLab(folder, ['class', ...args], { env });

  async function onClass(action: string, ...words: string[]) {
    const { exitCode, stdout, stderr } = await run(action, '--json', ...words);
    const { labs } = JSON.parse(stdout) as { labs: readonly StudentLab[] };
    return { exitCode, labs, stderr, seen: JSON.stringify(labs, null, 1) + stderr };
  }

  const onAll = (action: string, ...words: string[]) => onClass(action, ...roster, ...words);

  before(async function () {
    needTerminal(this);
    await needsServer.call(this);
    fs.writeFileSync(
      path.join(folder, 'students.csv'),
      `\ufeffnama;nim;surel\n"Ani, S.Kom";${ANI};\n李雷;${LEI};\nꦢꦺꦮꦶ;;dewi@example.org\n`,
    );
    fs.writeFileSync(
      path.join(folder, 'redis-lab.yaml'),
      'name: sister\nsentinel: { downAfter: 1s }\n',
    );
  });

  it('comes up, and says what keeps its labs apart', async () => {
    const { exitCode, labs, seen } = await onAll('up', '--backend', 'local');
    expect(exitCode, seen).to.equal(0);
    expect(labs.map(({ id, lab }) => [id, lab])).to.deep.equal(Object.entries(LABS));
    expect(seen).to.include('nothing else keeps them apart').and.include('3/3 ');
  });

  it('is found without its backend, each lab at addresses of its own', async () => {
    const { exitCode, labs, seen } = await onAll('status');
    expect(exitCode, seen).to.equal(0);
    const networks = labs.map(({ status }) => status?.nodes[0]?.address.split('.')[1]);
    expect(new Set(networks).size).to.equal(3);
    const listed = await onClass('list');
    expect(listed.labs.map(({ id }) => id)).to.have.members(IDS);
  });

  it('has nothing of one lab in another', async () => {
    const set = await onAll(
      'exec',
      '--only',
      ANI,
      '@master',
      '--',
      'redis-cli',
      'set',
      'whose',
      ANI,
    );
    expect(set.exitCode, set.seen).to.equal(0);
    const { labs } = await onAll('exec', '@master', '--', 'redis-cli', 'get', 'whose');
    expect(labs.map(({ stdout }) => stdout?.trim())).to.deep.equal([ANI, '', '']);
    const { labs: proven, seen } = await onAll('verify', 'replication');
    expect(
      proven.map(({ verify }) => verify?.verdict),
      seen,
    ).to.deep.equal(IDS.map(() => 'passed'));
  });

  it('does not notice what happens in one lab, which the board shows first', async () => {
    const broken = await onAll('fault', 'crash', '@replica', '--only', LEI);
    expect(broken.exitCode, broken.seen).to.equal(0);
    const { exitCode, stdout } = await run('board', ...roster, '--once');
    expect(exitCode).to.equal(1);
    const [sum, , titles, first, ...others] = stdout.split('\n');
    expect(sum).to.equal('2 of 3 ready');
    expect(titles).to.match(/^student +name +state +master +age +last event$/);
    expect(first).to.match(/^19\/440\/TK {9}李雷 +partly up +\w+ /);
    for (const line of others) expect(line).to.match(/ ready +master /);
    const healed = await onAll('heal');
    expect(healed.exitCode, healed.seen).to.equal(0);
    await until(async () => (await onAll('status')).exitCode === 0);
  });

  it('is told as events, one a line, until it is ended', async () => {
    const watching = redisLabProcess(folder, ['class', 'board', ...roster, '--json'], { env });
    const told: { student: string; kind: string; event?: string }[] = [];
    let broken = false;
    for await (const line of watching.iterable({ from: 'stdout' })) {
      told.push(JSON.parse(String(line)));
      const seen = new Set(
        told.flatMap(({ kind, student }) => (kind === 'status' ? [student] : [])),
      );
      if (seen.size < IDS.length) continue;
      if (!broken) {
        broken = true;
        expect((await onAll('fault', 'crash', '@replica', '--only', ANI)).exitCode).to.equal(0);
      }
      if (
        told.some(
          ({ kind, student, event }) =>
            kind === 'sentinel' && student === ANI && event === '+sdown',
        )
      )
        break;
    }
    watching.kill('SIGINT');
    await watching.catch(() => undefined);
    expect(new Set(told.map(({ student }) => student))).to.deep.equal(new Set(IDS));
    expect((await onAll('heal')).exitCode).to.equal(0);
    await until(async () => (await onAll('status')).exitCode === 0);
  });

  it('is redrawn on a terminal, until q is typed', async () => {
    const command = `stty cols 100 rows 24; ${process.execPath} ${BIN} class board ${roster.join(' ')}`;
    const running = execa('script', ['-qefc', command, '/dev/null'], {
      cwd: folder,
      env: { ...env, TERM: 'xterm' },
      reject: false,
      timeout: 180_000,
    });
    let shown = '';
    running.stdout?.on('data', (data: Buffer) => {
      shown += data.toString();
    });
    await until(
      () => /3 of 3 ready/.test(shown) && /\d+ (?:s|min) +sentinel@\w+ {2}[+-]/.test(shown),
    );
    running.stdin?.write('q');
    const { exitCode } = await running;
    expect(exitCode, shown).to.equal(0);
    expect(shown).to.include('q ends this');
  });

  it('stops, comes up again, and is gone after down, also where the first one was killed', async () => {
    expect((await onAll('stop')).exitCode).to.equal(0);
    expect(processesBelow(folder)).to.deep.equal([]);
    const again = await onAll('up', '--only', ANI);
    expect(again.exitCode, again.seen).to.equal(0);
    // It may have come to its end when it is killed, and then nothing is left by which the class is found.
    const here = ['--backend', 'local'];
    const down = ['class', 'down', '--yes', ...here, '--jobs', '1'];
    const killed = redisLabProcess(folder, down, { env });
    for await (const line of killed.iterable({ from: 'stderr' })) {
      if (String(line).startsWith('1/3')) break;
    }
    killed.kill('SIGKILL');
    await killed.catch(() => undefined);
    const { exitCode, stderr } = await onClass('down', '--yes', ...here);
    expect(exitCode, stderr).to.equal(0);
    expect((await onClass('list', ...here)).labs).to.deep.equal([]);
    expect(await leftBelow(folder)).to.deep.equal([]);
    expect(fs.readdirSync(path.join(folder, 'state'), { recursive: true })).to.deep.equal([]);
  });
});
