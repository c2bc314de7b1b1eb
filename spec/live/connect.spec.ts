/**
 * A client of one's own gets in by what `connect` and `connection()` say, and follows a failover. What it takes to
 * get in is in nothing that redis-lab says, writes or passes on.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import { createSentinel } from 'redis';
import { buildLab, RedisLabError } from '../../lib/index.js';
import { needsServer } from '../backends/local/support.js';
import { until } from '../support/at-work.js';
import { redisLab } from '../support/cli.js';
import { newHome, processesBelow } from './support/home.js';

/** A Sentinel's detection, election and promotion on a busy machine, milliseconds. */
const FAILOVER_MS = 60_000;

async function refusal(work: Promise<unknown>): Promise<RedisLabError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(RedisLabError);
  return error as RedisLabError;
}

describe("a client of one's own", function () {
  this.timeout(180_000);
  const home = newHome();
  const state = process.env['XDG_STATE_HOME'];
  before(async function prepare() {
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
  });
  after(() => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
  });

  it('gets in by what connection() and sentinels() give, ioredis and node-redis, and follows a failover', async () => {
    await using running = await buildLab({ name: 'own', sentinel: { downAfter: '1s' } }).up();
    const { masterName, sentinels, servers, password, passwordFile } = await running.connection();
    expect(password).to.match(/^[0-9a-f]{64}$/);
    expect(fs.readFileSync(passwordFile ?? '', 'utf8').trim()).to.equal(password);
    expect(servers.map(({ role }) => role)).to.deep.equal(['master', 'replica', 'replica']);
    const options = await running.sentinels();
    for (const shown of [inspect(options, { depth: 9 }), JSON.stringify({ options })]) {
      expect(shown).to.include('26379').and.not.include(password);
    }
    const client = new Redis({ ...options, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    const another = createSentinel(await running.sentinels());
    another.on('error', () => undefined);
    try {
      await another.connect();
      expect(await another.set('of-node-redis', '1')).to.equal('OK');
      expect(await client.set('before', '1')).to.equal('OK');
      const first = (await running.status()).master;
      await running.inject('crash', first ?? '');
      const since = Date.now();
      await until(async () => {
        const { master } = await running.status();
        return master !== null && master !== first;
      }, FAILOVER_MS);
      expect(await client.set('after', String(since))).to.equal('OK');
      expect(await client.get('before')).to.equal('1');
      // It hears of the new master by itself, when it hears of it.
      await until(
        async () => (await another.get('after').catch(() => undefined)) === String(since),
        FAILOVER_MS,
      );
      // On a busy machine the Sentinels may fail over once more.
      await until(async () => {
        const { remoteAddress, remotePort } = client.stream;
        const { servers } = await running.connection();
        const masters = servers.filter(({ role }) => role === 'master');
        const [now] = masters;
        return masters.length === 1 && now?.host === remoteAddress && now?.port === remotePort;
      }, FAILOVER_MS);
    } finally {
      client.disconnect();
      await another.close().catch(() => another.destroy());
    }
    let said: unknown;
    // Refused as long as it is not clear who is the master.
    await until(async () => {
      said = await running.exec('@master', ['redis-cli', 'GET', 'before']).catch(() => undefined);
      return said !== undefined;
    }, FAILOVER_MS);
    expect(said).to.deep.equal({ exitCode: 0, stdout: '1\n', stderr: '' });
    const script = 'cat; echo "$0" >&2; exit 7';
    expect(
      await running.exec('slave1', ['sh', '-c', script, "a 'b"], { input: 'in' }),
    ).to.deep.equal({ exitCode: 7, stdout: 'in', stderr: "a 'b\n" });
    const refusals = await Promise.all([
      refusal(running.exec('slave1', [])),
      refusal(running.exec('slave1', 'redis-cli PING' as unknown as string[])),
      refusal(running.exec('slave9', ['true'])),
      refusal(running.exec('slave1', ['no-such-program'])),
      refusal(running.exec('slave1', ['sh', '-c', 'sleep 600 & sleep 600'], { withinMs: 200 })),
    ]);
    expect(refusals.map(({ exitCode }) => exitCode)).to.deep.equal([2, 2, 2, 4, 5]);
    expect(refusals[0]?.message).to.include("['redis-cli', 'PING']");
    const stranger = new Redis({
      name: masterName,
      sentinels: [...sentinels],
      sentinelRetryStrategy: () => null,
      retryStrategy: () => null,
      lazyConnect: true,
    });
    stranger.on('error', () => undefined);
    const refused = await stranger.connect().then(
      () => 'let in',
      (error: Error) => error.message,
    );
    stranger.disconnect();
    expect(refused).not.to.equal('let in');
    await running.stop();
    expect((await refusal(running.sentinels())).code).to.equal('lab.stopped');
  });

  it('is told by connect, with a line that works as it stands, and needs a lab that is up', async () => {
    const lab = (...args: string[]) =>
      redisLab(home.folder, args, { env: home.env, timeout: 90_000 });
    const before = await lab('connect');
    expect(before).to.include({ exitCode: 2, stdout: '' });
    expect(before.stderr).to.contain('is not up').and.contain('redis-lab up');
    await lab('up', '--no-verify');
    const { exitCode, stdout } = await lab('connect');
    expect(exitCode).to.equal(0);
    const lines = stdout.split('\n').filter((line) => line.includes('redis-cli -h'));
    expect(lines).to.have.lengthOf(2);
    const answers = await Promise.all(
      lines.map(async (line) => {
        const command = /sentinel/.test(line) ? line : `${line} role`;
        const ran = await execa('sh', ['-c', command], { env: { REDISCLI_AUTH: undefined } });
        expect(ran.stderr).to.equal('');
        return String(ran.stdout).split('\n')[0];
      }),
    );
    const told = JSON.parse((await lab('connect', '--json')).stdout);
    expect(answers).to.deep.equal(['master', told.servers[0].host]);
    expect(told).to.have.all.keys(
      'lab',
      'backend',
      'direct',
      'masterName',
      'sentinels',
      'servers',
      'passwordFile',
    );
    expect(told.sentinels).to.have.lengthOf(3);
    const secret = fs.readFileSync(told.passwordFile, 'utf8').trim();
    expect(`${stdout}${JSON.stringify(told)}`).not.to.contain(secret);
    await lab('down');
    expect(fs.existsSync(told.passwordFile)).to.equal(false);
  });

  it('on a node needs no word, whatever password the shell has for another lab', async () => {
    const env = { ...home.env, REDISCLI_AUTH: 'of-another-lab' };
    const lab = (...args: string[]) => redisLab(home.folder, args, { env, timeout: 90_000 });
    await lab('up', '--no-verify');
    for (const command of ['redis-cli ping', 'redis-cli -p 26379 ping', "sh -c 'redis-cli ping'"]) {
      const { stdout, stderr } = await lab('exec', 'slave1', '--', 'sh', '-c', command);
      expect({ stdout, stderr }).to.deep.equal({ stdout: 'PONG', stderr: '' });
    }
    const own = 'REDISCLI_AUTH=mine redis-cli ping';
    expect((await lab('exec', 'slave1', '--', 'sh', '-c', own)).stderr).to.include('AUTH failed');
    await lab('down');
  });

  it('and nobody else hears the password', async function () {
    this.timeout(900_000);
    const said: string[] = [];
    const lab = async (...args: string[]) => {
      const ran = await redisLab(home.folder, args, { env: home.env, timeout: 120_000 });
      said.push(ran.stdout, ran.stderr);
      return ran;
    };
    const set = ['--set', 'sentinel.downAfter=1000'];
    const commandLines = () =>
      processesBelow(home.folder).map((line) => {
        const pid = line.split(' ')[0];
        return `${fs.readFileSync(`/proc/${pid}/cmdline`)} ${fs.readFileSync(`/proc/${pid}/environ`)}`;
      });
    await lab('up', '--json', '--no-verify', ...set);
    const { passwordFile } = JSON.parse((await lab('connect', '--json', ...set)).stdout);
    const secret = fs.readFileSync(passwordFile, 'utf8').trim();
    expect(secret).to.match(/^[0-9a-f]{64}$/);
    const page = path.join(home.folder, 'page.html');
    const junit = path.join(home.folder, 'junit.xml');
    await lab('verify', '--json', '--report', page, '--junit', junit, ...set);
    await lab('status', '--json', ...set);
    await lab('status', ...set);
    await lab('exec', ...set, 'slave1', '--', 'redis-cli', '-p', '26379', 'sentinel', 'masters');
    await lab('exec', ...set, 'slave1', '--', 'env');
    const answer = await lab('exec', ...set, 'slave1', '--', 'redis-cli', 'ping');
    expect(answer).to.deep.equal({ exitCode: 0, stdout: 'PONG', stderr: '' });
    // A verify that fails, with all that is kept of it.
    await lab('fault', 'crash', 'slave1', ...set);
    expect((await lab('verify', 'replication', '--json', ...set)).exitCode).to.equal(1);
    const running = commandLines();
    expect(running).not.to.have.lengthOf(0);
    await lab('heal', '--json', ...set);
    await lab('logs', ...set);
    await lab('handout', '--edition', 'instructor', ...set);
    const files = fs
      .readdirSync(home.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.some((file) => file.includes('.evidence'))).to.equal(true);
    const holding = files.filter((file) => fs.readFileSync(file).includes(secret));
    expect(holding).to.deep.equal([passwordFile]);
    expect(said.join('\n')).not.to.contain(secret);
    expect(running.join('\n')).not.to.contain(secret);
    expect((await lab('down', ...set)).exitCode).to.equal(0);
  });
});
