/** A client of a lab of processes: a place from which commands run, with the names of the nodes and no server. */
import { expect } from 'chai';
import { buildLab, type LabSpec, type RunningLab } from '../../lib/index.js';
import { readResult } from '../../lib/report/read-result.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab } from '../support/cli.js';
import { refusal } from '../support/failure.js';
import { newHome } from './support/home.js';

const SPEC: LabSpec = {
  name: 'clients',
  nodes: [{ role: 'client' }, { role: 'master' }, {}, {}],
  sentinel: { downAfter: '60s' },
};

describe('a client of a lab of processes', function () {
  this.timeout(180_000);
  const home = newHome();
  const state = process.env['XDG_STATE_HOME'];
  let running: RunningLab;

  before(async function up() {
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
    running = await buildLab(SPEC).up();
  });
  after(async () => {
    await running?.down();
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
  });

  const cli = (...words: string[]) => running.exec('client1', ['redis-cli', ...words]);

  it('finds the master by what a Sentinel says, which it knows by its name', async () => {
    const asked = await cli(
      '-h',
      'slave1',
      '-p',
      '26379',
      'sentinel',
      'get-master-addr-by-name',
      'mymaster',
    );
    expect(asked).to.include({ exitCode: 0, stderr: '' });
    const [host = '', port = ''] = asked.stdout.split('\n');
    expect(await cli('-h', host, '-p', port, 'set', 'key', 'value')).to.include({ stdout: 'OK\n' });
    expect(await cli('-h', 'slave2', 'get', 'key')).to.include({ stdout: 'value\n' });
  });

  it('has no server of its own, and no password but that of the lab', async () => {
    const { exitCode, stderr } = await cli('ping');
    expect(exitCode).not.to.equal(0);
    expect(stderr).to.match(/127\.\d+\.100\.11:6379: Connection refused/);
    const { stdout } = await running.exec('client1', ['sh', '-c', 'env; ls -R . ; pwd']);
    expect(stdout)
      .to.match(/^REDIS_LAB_NODE=client1$/m)
      .and.match(/\/nodes\/client1$/m);
    expect(stdout).not.to.match(/REDISCLI_AUTH|\.conf/);
  });

  it('is told of beside the nodes, and counts for none of them', async () => {
    const status = await running.status();
    expect(status.clients?.map(({ client, state: does }) => [client, does])).to.deep.equal([
      ['client1', 'running'],
    ]);
    expect(status).to.include({ ready: true, state: 'running' });
    expect(status.nodes.map(({ node }) => node)).to.deep.equal(['master', 'slave1', 'slave2']);
    expect((await running.connection()).clients).to.deep.equal(['client1']);
    const result = await running.verify(['replication']);
    expect(result).to.include({ verdict: 'passed' });
    expect(result.lab.nodes).to.have.lengthOf(3);
    expect(result.lab.clients).to.deep.equal([
      { name: 'client1', address: status.clients?.[0]?.address },
    ]);
    expect(readResult(JSON.stringify(result), 'result.json').lab).to.deep.equal(result.lab);
  });

  it('cannot be broken and has no log, which is said', async () => {
    for (const work of [
      running.inject('crash', 'client1'),
      running.logs('client1', 'redis')[Symbol.asyncIterator]().next(),
    ]) {
      const { exitCode, code, message } = await refusal(work);
      expect({ exitCode, code }).to.deep.equal({ exitCode: 2, code: 'node.is-client' });
      expect(message).to.equal(
        'client1 is a client, which runs neither a Redis server nor a Sentinel; master, slave1, slave2 do.',
      );
    }
  });

  it('is taken by the command as a node is', async () => {
    const set = [
      '--set',
      'name=clients',
      '--set',
      'sentinel.downAfter=60s',
      '--set',
      `nodes=${JSON.stringify(SPEC.nodes)}`,
    ];
    const lab = (...args: string[]) => redisLab(home.folder, [...args, ...set], { env: home.env });
    expect((await lab('status')).stdout).to.match(/^client1 +127\.\d+\.100\.11 +client /m);
    for (const words of [
      ['logs', 'client1'],
      ['fault', 'crash', 'client1'],
    ]) {
      const { exitCode, stderr } = await lab(...words);
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 2, stderr: stderr });
      expect(stderr).to.include('client1 is a client');
    }
    expect((await lab('connect')).stdout).to.match(
      /exec .*client1 -- redis-cli -h master -p 26379/,
    );
  });

  it('makes another lab of one that has none', async () => {
    const { nodes: _, ...others } = SPEC;
    const { message } = await refusal(buildLab(others).up());
    expect(message).to.match(
      /nodes is master, slave1, slave2, client1, described is master, slave1, slave2/,
    );
  });

  it('is gone when the lab is stopped, and there again after', async () => {
    await running.stop();
    expect((await running.status()).clients?.map(({ state: does }) => does)).to.deep.equal([
      'stopped',
    ]);
    expect((await refusal(cli('ping'))).code).to.equal('lab.stopped');
    running = await buildLab(SPEC).up();
    expect(await cli('-h', 'master', 'get', 'key')).to.include({ stdout: 'value\n' });
  });
});
