/** Client libraries: which are wanted, and what is said of what they met. */
import { expect } from 'chai';
import { run } from '../../../lib/command/run.js';
import { RedisLabError, SpecError } from '../../../lib/errors.js';
import { account, type LibraryWrite } from '../../../lib/verify/clients/account.js';
import { callsFor, callsOf } from '../../../lib/verify/clients/call.js';
import { LibraryClient } from '../../../lib/verify/clients/library-client.js';
import { planFor } from '../../../lib/verify/clients/plan.js';
import { readyClients } from '../../../lib/verify/clients/ready.js';
import { settingsText, wantedClients } from '../../../lib/verify/clients/wanted.js';

const FAULT = 1000;

/** Acknowledged writes, one each ten milliseconds. */
function written(from: number, to: number): LibraryWrite[] {
  return Array.from({ length: (to - from) / 10 }, (_, i) => from + i * 10).map((at) => ({
    number: at,
    began: at - 1,
    ended: at,
  }));
}

function numbers(writes: readonly LibraryWrite[]): number[] {
  return writes.map(({ number }) => number);
}

describe('the account of a client of a library', () => {
  const before = written(0, 1000);
  const after = written(3000, 5000);

  it('has the time without a write, and when that ended', () => {
    const writes = [...before, ...after];
    expect(account(writes, numbers(writes), FAULT, 5000)).to.deep.equal({
      attempted: 300,
      acknowledged: 300,
      lost: 0,
      failed: 0,
      unanswered: 0,
      failedKept: 0,
      twice: 0,
      errors: [],
      outageMs: 2010,
      againMs: 2000,
    });
  });

  it('does not take for written what an old master acknowledged in vain', () => {
    const late = written(2000, 2500);
    const { lost, outageMs, againMs } = account(
      [...before, ...late, ...after],
      numbers([...before, ...after]),
      FAULT,
      5000,
    );
    expect({ lost, outageMs, againMs }).to.deep.equal({ lost: 50, outageMs: 2010, againMs: 2000 });
  });

  it('counts what the old master took with it, which was acknowledged before the fault', () => {
    const { lost, outageMs } = account(
      [...before, ...after],
      numbers([...before.slice(0, -3), ...after]),
      FAULT,
      5000,
    );
    expect({ lost, outageMs }).to.deep.equal({ lost: 3, outageMs: 2010 });
  });

  it('says that it never wrote again', () => {
    const hung: LibraryWrite = { number: 7777, began: 1001 };
    const { outageMs, againMs, unanswered } = account([...before, hung], [], FAULT, 5000);
    expect({ outageMs, againMs, unanswered }).to.deep.equal({
      outageMs: 4010,
      againMs: null,
      unanswered: 1,
    });
  });

  it('does not take the time since its last write for that', () => {
    const { againMs } = account([...before, ...written(1050, 2000)], undefined, FAULT, 2500);
    expect(againMs).to.equal(50);
  });

  it('counts errors by kind, what happened although it failed, and what was written twice', () => {
    const failed = ['READONLY', 'TimeoutError', 'TimeoutError'].map((error, i) => ({
      number: 9000 + i,
      began: 1500,
      ended: 1600,
      error,
    }));
    const writes = [...before, ...failed, ...after];
    const stored = [...numbers([...before, ...after]), 9001, 10, 10];
    const { errors, failed: count, failedKept, twice } = account(writes, stored, FAULT, 5000);
    expect({ errors, count, failedKept, twice }).to.deep.equal({
      errors: [
        { kind: 'TimeoutError', count: 2 },
        { kind: 'READONLY', count: 1 },
      ],
      count: 3,
      failedKept: 1,
      twice: 2,
    });
  });

  it('says nothing of what was lost where no node could be asked', () => {
    const { lost, failedKept, twice } = account(before, undefined, FAULT, 5000);
    expect({ lost, failedKept, twice }).to.deep.equal({
      lost: null,
      failedKept: null,
      twice: null,
    });
  });
});

describe('client libraries', () => {
  it('are wanted at their defaults, as their documentation advises, or with settings', () => {
    const { clients, problems } = wantedClients([
      'ioredis',
      'ioredis:advised',
      'ioredis:advised,commandTimeout=500,failoverDetector=false',
      'node-redis,nodeClientOptions.socket.connectTimeout=1000',
    ]);
    expect(problems).to.deep.equal([]);
    expect(clients.map(({ library, settings }) => [library, settingsText(settings)])).to.deep.equal(
      [
        ['ioredis', {}],
        ['ioredis', { failoverDetector: 'true' }],
        ['ioredis', { failoverDetector: 'false', commandTimeout: '500' }],
        ['node-redis', { 'nodeClientOptions.socket.connectTimeout': '1000' }],
      ],
    );
  });

  it('are refused with everything that is wrong', async () => {
    const { problems } = wantedClients([
      'ioredis',
      'jedis',
      'ioredis:best',
      'ioredis',
      'redis-py,socket_timeout',
      'redis-py,retry=[1',
    ]);
    expect(problems.map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
      'clients[1] is no client',
      'clients[2] is no client',
      'clients[3] is there twice',
      'clients[4] has settings that are not of the form key=value,key=value',
      'clients[5] has settings that are not of the form key=value,key=value',
    ]);
    const measured = [{ name: 'failover', measures: true }];
    expect(await readyClients(['jedis'], measured).catch((error) => error)).to.be.instanceOf(
      SpecError,
    );
    const nothing = await readyClients(
      ['ioredis'],
      [{ name: 'replication', measures: false }],
    ).catch((error) => error);
    expect(nothing).to.be.instanceOf(RedisLabError);
    expect(nothing.message).to.include('replication measures none');
  });

  it('of npm are found beside redis-lab, with their version', async () => {
    const calls = await callsFor(['ioredis', 'node-redis', 'ioredis']);
    expect(
      [...calls].map(([name, { version }]) => [name, /^\d+\.\d+\.\d+/.test(version)]),
    ).to.deep.equal([
      ['ioredis', true],
      ['node-redis', true],
    ]);
  });

  for (const [library, named] of [
    ['ioredis', 'there is no package no-such-library here'],
    ['redis-py', 'has no redis-py: '],
  ] as const) {
    it(`are said to be missing, ${library}`, async function missing() {
      const call = callsOf(library)[0];
      if (!call) throw new Error('no call');
      // A Python that reads no packages of its system lacks redis-py.
      const args = library === 'redis-py' ? ['-I', '-S', ...call.args] : call.args;
      const plan = planFor(library, { name: 'no-such-library', check: true });
      const { code, stderr } = await run({ ...call, args }, { deadlineMs: 60_000, input: plan });
      expect(code, stderr).to.be.above(0);
      expect(stderr).to.include(named);
    });
  }

  it('say how they ended by themselves, and that they never wrote again', async () => {
    const lines = [
      [5, 'ready', '1.0'],
      [10, 'ok', 1, 9],
      'a line of its own',
      [20, 'error', 2, 11, 'READONLY'],
    ];
    const script = `process.stdout.write(${JSON.stringify(
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    )}); process.stderr.write('out of order\\n'); process.exitCode = 3`;
    const client = new LibraryClient(
      { name: 'ioredis', library: 'ioredis', settings: {} },
      { call: { program: process.execPath, args: ['--eval', script] }, version: '1.0' },
      { masterName: 'mymaster', sentinels: [], database: 0 },
      'list',
    );
    await client.writes(undefined);
    await client.ended;
    await client.stop();
    const { ended, attempted, acknowledged, errors, version } = client.result([1], 0, false);
    expect({ ended, attempted, acknowledged, errors, version }).to.deep.equal({
      ended: 'out of order',
      attempted: 2,
      acknowledged: 1,
      errors: [{ kind: 'READONLY', count: 1 }],
      version: '1.0',
    });
  });
});
