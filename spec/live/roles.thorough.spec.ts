/** Where a command takes a node, it takes the master and a replica of this moment as well. */
import path from 'node:path';
import { expect } from 'chai';
import { buildLab } from '../../lib/index.js';
import { redisLab } from '../support/cli.js';
import { newHome } from './support/home.js';

/** Nothing fails over while the tests look. */
const SPEC = { sentinel: { downAfter: '5m' } } as const;
const SET = ['--set', 'sentinel.downAfter=5m'];

describe('@master and @replica', function () {
  this.timeout(120_000);
  const home = newHome();
  const lab = (...args: string[]) =>
    redisLab(home.folder, args, { env: home.env, timeout: 90_000 });
  const state = process.env['XDG_STATE_HOME'];

  before(async () => {
    const { exitCode, stderr } = await lab('up', '--no-verify', ...SET);
    expect(exitCode, stderr).to.equal(0);
    process.env['XDG_STATE_HOME'] = path.join(home.folder, 'state');
  });
  after(() => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
  });

  it('are nodes to exec and logs, which say which', async () => {
    const role = (target: string) => lab('exec', target, '--', 'redis-cli', '--raw', 'ROLE');
    const master = await role('@master');
    expect(master).to.include({ exitCode: 0, stderr: '@master is master' });
    expect(master.stdout.split('\n')[0]).to.equal('master');
    const replica = await role('@replica');
    expect(replica).to.include({ exitCode: 0, stderr: '@replica is slave1' });
    expect(replica.stdout.split('\n')[0]).to.equal('slave');
    const logs = await lab('logs', '@replica', '--service', 'redis');
    expect(logs).to.include({ exitCode: 0, stderr: '@replica is slave1' });
    expect(logs.stdout).to.equal((await lab('logs', 'slave1', '--service', 'redis')).stdout);
  });

  it('@all is every node, one after the other, with the first code that is not 0', async () => {
    const all = await lab('exec', '@all', '--', 'sh', '-c', 'redis-cli ping; exit 7');
    expect(all).to.include({ exitCode: 7, stdout: 'PONG\nPONG\nPONG' });
    expect(all.stderr.split('\n')).to.deep.equal(['master:', 'slave1:', 'slave2:']);
    expect((await lab('logs', '@all', '--tail', '1')).stdout).to.match(/^slave2 sentinel \| /m);
  });

  it('are refused where they make no sense, and names like them', async () => {
    for (const [args, message] of [
      [
        ['fault', 'crash', '@all'],
        '@all is for logs and exec; here, name one node, @master or @replica.',
      ],
      [['exec', '@mastr', '--', 'true'], 'There is no node "@mastr". Did you mean @master?'],
    ] as const) {
      const { exitCode, stderr } = await lab(...args);
      expect(exitCode).to.equal(2);
      expect(stderr.split('\n')[0]).to.equal(`redis-lab: ${message}`);
    }
  });

  it('a fault for the master ends the one of this moment, and nobody is it then', async () => {
    const first = await lab('fault', 'crash', '@master', '--json');
    expect(first.exitCode, first.stderr).to.equal(0);
    const told = JSON.parse(first.stdout);
    expect(told).to.include({ fault: 'crash', node: 'master', role: 'master' });
    expect(told.expectedCodes.map(({ code }: { code: string }) => code)).to.deep.equal([
      'expect.failover',
      'expect.started',
    ]);
    expect(told.expected).to.have.lengthOf(2);
    // Until another one is promoted, nobody is.
    const between = await lab('fault', 'crash', '@master');
    expect(between.exitCode).to.equal(1);
    expect(between.stderr)
      .to.match(/^redis-lab: Which node is @master of the lab redis-lab is not clear: no node is/)
      .and.include('  master: Redis is stopped; its Sentinel');
    const healed = await lab('heal');
    expect(healed.exitCode, healed.stderr).to.equal(0);
  });

  it('are nodes to the library', async () => {
    const running = await buildLab(SPEC).attach();
    const master = await running.node('@master');
    expect(await running.node('slave2')).to.equal('slave2');
    const lines: string[] = [];
    for await (const line of running.logs('@master', 'redis', { tail: 1 })) lines.push(line);
    expect(lines).to.have.lengthOf(1);
    await running.inject('hang', '@replica');
    const { nodes } = await running.status();
    const hung = nodes.filter(({ redis }) => redis?.state === 'hung').map(({ node }) => node);
    expect(hung).to.have.lengthOf(1).and.not.include(master);
    await running.heal();
    await running.ready();
  });

  it('are nobody where nothing runs', async () => {
    expect((await lab('stop')).exitCode).to.equal(0);
    const stopped = await lab('exec', '@master', '--', 'true');
    expect(stopped.exitCode).to.equal(2);
    expect(stopped.stderr).to.include('is stopped. Bring it up');
    expect((await lab('down')).exitCode).to.equal(0);
    const absent = await lab('logs', '@master');
    expect(absent.exitCode).to.equal(2);
    expect(absent.stderr).to.include('is not up. Bring it up');
  });
});
