/** The whole life of a lab by the command, as a user would go through it. */
import fs from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { until } from '../support/at-work.js';
import { ROOT, redisLab, redisLabProcess } from '../support/cli.js';
import { leftBelow, newHome, processesBelow } from './support/home.js';

const SET = ['--set', 'sentinel.downAfter=1000'];

const validate = (name: string) =>
  new Ajv().compile(JSON.parse(fs.readFileSync(path.join(ROOT, 'dist', name), 'utf8')));

describe('a lab by the command', function () {
  this.timeout(120_000);
  before(needsServer);
  const home = newHome();
  const lab = (...args: string[]) =>
    redisLab(home.folder, args, { env: home.env, timeout: 180_000 });

  it('has nothing to show before it is up', async () => {
    const { exitCode, stdout } = await lab('status', '--json');
    expect(exitCode).to.equal(1);
    expect(JSON.parse(stdout)).to.include({ state: 'absent', ready: false });
    const exec = await lab('exec', 'master', '--', 'true');
    expect(exec.exitCode).not.to.equal(0);
    expect(exec.stderr).to.match(/not up/);
  });

  it('comes up, replicates and fails over', async () => {
    const { exitCode, stdout, stderr } = await lab('up', '--json', ...SET);
    expect(exitCode, stderr).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result).to.nested.include({ started: true, 'verify.verdict': 'passed' });
    const valid = validate('redis-lab-result.schema.json');
    expect(valid(result.verify), JSON.stringify(valid.errors)).to.equal(true);
    expect(stderr).to.match(/^ready: /m);
    expect(processesBelow(home.folder)).to.have.lengthOf(6);
  });

  it('is left alone by a second up', async () => {
    const before = processesBelow(home.folder);
    const { exitCode, stdout } = await lab('up', ...SET);
    expect(exitCode).to.equal(0);
    expect(stdout).to.include('already running, nothing was changed');
    expect(processesBelow(home.folder)).to.deep.equal(before);
  });

  it('refuses another description while it is up, and shows what differs', async () => {
    const other = ['--set', 'sentinel.downAfter=2000'];
    const { exitCode, stderr } = await lab('up', ...other);
    expect(exitCode).to.equal(2);
    expect(stderr)
      .to.include('The lab redis-lab is up here')
      .and.include('sentinel.downAfter is 1000, described is 2000')
      .and.include(`redis-lab down ${other.join(' ')}`);
    const status = await lab('status', ...other);
    expect(status.stdout).to.match(/: ready, from another description$/m);
    expect(status.stdout.replaceAll(/\s+/g, ' ')).to.include(
      'sentinel.downAfter is 1000, described is 2000',
    );
    expect((await lab('status', ...SET)).stdout).to.match(/: ready$/m);
  });

  it('shows what each node does', async () => {
    const { exitCode, stdout } = await lab('status', '--json');
    expect(exitCode).to.equal(0);
    const status = JSON.parse(stdout);
    const valid = validate('redis-lab-status.schema.json');
    expect(valid(status), JSON.stringify(valid.errors)).to.equal(true);
    const table = await lab('status');
    for (const name of ['master', 'slave1', 'slave2']) expect(table.stdout).to.include(name);
    expect(Math.max(...table.stdout.split('\n').map((line) => line.length))).to.be.at.most(80);
    const coloured = (env: Record<string, string>) =>
      redisLab(home.folder, ['status', ...SET], { env: { ...home.env, FORCE_COLOR: '1', ...env } });
    expect((await coloured({ NO_COLOR: '' })).stdout).to.match(/\[1m\w+ .* master .*\[22m$/m);
    const plain = await coloured({ NO_COLOR: '1' });
    expect(plain.stdout).to.not.include('\u001b');
    expect(plain.stderr).to.equal('');
  });

  it('gives what servers say, all together and one alone', async () => {
    const all = await lab('logs', '--tail', '3');
    expect(all.stdout)
      .to.match(/^slave1 +redis +\| /m)
      .and.match(/^master +sentinel +\| /m);
    const one = await lab('logs', 'master', '--service', 'redis');
    expect(one.stdout).to.include('crashed by signal').and.not.include(' | ');
    const events = (await lab('logs', '--sentinel', '--since', '1h')).stdout.split('\n');
    expect(events.join('\n')).to.include('| ').and.include(' +switch-master ');
    const times = events.map((line) => {
      expect(line).to.match(/^\w+ sentinel \| \d+:X .* [+-][a-z-]+ /);
      return /\d\d:\d\d:[\d.]+/.exec(line)?.[0];
    });
    expect(times).to.deep.equal(times.toSorted());
    expect((await lab('logs', '--since', '1ms')).stdout).to.equal('');
  });

  it('runs commands on a node, with their exit code', async () => {
    const ping = await lab('exec', 'slave2', 'redis-cli', 'ping');
    expect(ping).to.include({ exitCode: 0, stdout: 'PONG' });
    expect((await lab('exec', 'slave2', '--', 'sh', '-c', 'exit 7')).exitCode).to.equal(7);
  });

  it('is broken and mended by hand', async () => {
    const { master } = JSON.parse((await lab('status', '--json')).stdout);
    const replica = ['slave1', 'slave2', 'master'].find((name) => name !== master) as string;
    expect((await lab('fault', 'hang', replica)).exitCode).to.equal(0);
    const hung = JSON.parse((await lab('status', '--json')).stdout);
    expect(hung.nodes.find((each: { node: string }) => each.node === replica).redis.state).to.equal(
      'hung',
    );
    // Without a node it is for the master of this moment.
    const crashed = await lab('fault', 'crash', ...SET);
    expect(crashed.exitCode, crashed.stderr).to.equal(0);
    expect(crashed.stdout).to.include(
      `${master}, until now the master: its Redis server has crashed.`,
    );
    expect(crashed.stdout.replaceAll(/\s+/g, ' '))
      .to.match(
        /After 1000 ms of silence the Sentinels agree that it is down, and promote a replica/,
      )
      .and.include(`redis-lab heal ${SET.join(' ')}`);
    expect((await lab('status')).exitCode).to.equal(1);
    const healed = await lab('heal');
    expect(healed.exitCode, healed.stderr).to.equal(0);
    expect((await lab('status')).exitCode).to.equal(0);
  });

  it('is watched until somebody has seen enough', async () => {
    const child = redisLabProcess(
      home.folder,
      ['status', '--watch', '--json', '--interval', '200ms'],
      {
        env: home.env,
      },
    );
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await until(() => said.includes('\n'));
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(exitCode).to.equal(0);
    const lines = String(stdout).trim().split('\n');
    for (const line of lines) expect(JSON.parse(line)).to.include({ lab: 'redis-lab' });
    const { kind, status } = JSON.parse(lines[0] as string);
    expect([kind, status.state]).to.deep.equal(['status', 'running']);
  });

  it('is verified again, with a report for CI', async () => {
    const { exitCode, stdout, stderr } = await lab(
      'verify',
      'failover',
      '--junit',
      'out.xml',
      '--max-outage',
      '60s',
      '--max-lost',
      '100000',
      ...SET,
    );
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.include('✓ A client that asks Sentinel can write again within 60000 ms');
    expect(stdout).to.include('Every attempted write is accounted for');
    const xml = fs.readFileSync(path.join(home.folder, 'out.xml'), 'utf8');
    expect(xml)
      .to.match(/^<\?xml/)
      .and.include('<testsuite')
      .and.include('can write again within 60000 ms');
    expect(processesBelow(home.folder)).to.have.lengthOf(6);
  });

  it('is shown as a page, also from what was saved', async () => {
    const { exitCode, stdout, stderr } = await lab(
      'verify',
      'failover',
      '--json',
      '--report',
      'page.html',
      ...SET,
    );
    expect(exitCode, stderr).to.equal(0);
    const written = (name: string) => fs.readFileSync(path.join(home.folder, name), 'utf8');
    const [scenario] = JSON.parse(stdout).scenarios;
    expect(scenario.outageMs).to.be.greaterThan(1000);
    expect(written('page.html')).to.include(`data-fact="outage" data-value="${scenario.outageMs}"`);

    fs.writeFileSync(path.join(home.folder, 'run.json'), stdout);
    for (const options of [
      ['--file', 'run.html', '--svg', 'slides'],
      ['--file', 'laporan.html', '--lang', 'id'],
    ]) {
      const shown = await lab('report', 'run.json', ...options);
      expect(shown, shown.stderr).to.include({ exitCode: 0, stdout: '' });
    }
    expect(written('run.html')).to.equal(written('page.html'));
    expect(written('laporan.html')).to.include('<html lang="id">');
    const slides = fs.readdirSync(path.join(home.folder, 'slides'));
    // A close-up is drawn only where something was short, which depends on the machine.
    expect(slides).to.include.members(['topology.svg', 'timeline.svg', 'phases.svg', 'ledger.svg']);
    // What one slide has no room for goes on in the next.
    for (const name of slides) expect(name).to.match(/^(?:[a-z-]+(?:-\d)?\.svg|dark)$/);
  });

  it('keeps its data when it is stopped', async () => {
    const { master } = JSON.parse((await lab('status', '--json')).stdout);
    await lab('exec', master, '--', 'redis-cli', 'set', 'kept', 'yes');
    expect((await lab('stop')).exitCode).to.equal(0);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    const up = await lab('up', '--no-verify', ...SET);
    expect(up.exitCode, up.stderr).to.equal(0);
    const status = JSON.parse((await lab('status', '--json')).stdout);
    const got = await lab('exec', status.master, '--', 'redis-cli', 'get', 'kept');
    expect(got.stdout).to.equal('yes');
  });

  it('is gone after down, and a verify brings up and takes down its own', async () => {
    expect((await lab('down')).exitCode).to.equal(0);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    const { exitCode, stdout } = await lab(
      'verify',
      'replication',
      '--repeat',
      '2',
      '--json',
      ...SET,
    );
    expect(exitCode).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result.runs).to.have.lengthOf(2);
    expect(result.summary[0]).to.include({ name: 'replication', runs: 2, passed: 2 });
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    expect((await lab('down')).exitCode).to.equal(0);
  });
});
