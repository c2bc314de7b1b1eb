/** What servers refuse and why is told, and mended without a loss; an end is told at once; what is on its way is waited for. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { EXIT } from '../../lib/errors.js';
import type { ProgressEvent } from '../../lib/progress.js';
import { Connection } from '../../lib/redis-view/connection.js';
import { redisEndpoint } from '../../lib/redis-view/endpoints.js';
import { mend } from '../../lib/verify/mend.js';
import { waitReady } from '../../lib/verify/ready.js';
import { labStatus } from '../../lib/verify/status.js';
import { needsServer } from '../backends/local/support.js';
import { until } from '../support/at-work.js';
import { refusal } from '../support/failure.js';
import { TestLab } from './test-lab.js';

/** A lab in which no Sentinel does anything by itself; a key is to be there after each test. */
const SPEC = { redis: { persistence: 'rdb' }, sentinel: { downAfter: 60_000 } } as const;

describe('a lab whose servers run and refuse', () => {
  let test: TestLab;
  let talk: Connection | undefined;

  before(async function begin() {
    await needsServer.call(this);
    test = await TestLab.up(SPEC);
  });

  beforeEach(async () => {
    await test.redis(await master(), 'SET', 'kept', 'yes');
  });

  afterEach(async () => {
    talk?.close();
    await waitReady(test.lab, { deadlineMs: 120_000, backend: test.backend });
    expect(await test.redis(await master(), 'GET', 'kept')).to.equal('yes');
  });

  after(() => test[Symbol.asyncDispose]());

  const status = () => labStatus(test.described, test.backend);
  const master = async () => {
    const { master: name } = await status();
    if (name === null) throw new Error('there is no master');
    return name;
  };
  const problems = async () => (await status()).problemCodes.map(({ code }) => code);
  const mended = async () => (await mend(test.backend)).map(({ code }) => code);
  const folderOf = async (node: string) => {
    const reply = await test.redis(node, 'CONFIG', 'GET', 'dir');
    return String((reply as string[])[1]);
  };
  /** Says it, and does not wait for an answer. */
  const say = async (node: string, ...words: [string, ...string[]]) => {
    talk = await Connection.open(redisEndpoint(test.node(node)));
    talk.ask(...words).catch(() => undefined);
  };

  it('that cannot save: with the reason from its log, until it can again', async () => {
    const name = await master();
    const file = path.join(await folderOf(name), 'dump.rdb');
    fs.rmSync(file, { force: true });
    fs.mkdirSync(file);
    await test.redis(name, 'BGSAVE');
    await until(async () => (await problems()).includes('servers.redis-unsaved'));
    const seen = await status();
    expect(seen.nodes.find(({ node }) => node === name)?.redis).to.include({
      state: 'refusing',
      role: 'master',
    });
    expect(seen.problems.join('\n')).to.match(/rdb_last_bgsave_status:err.*Is a directory/);

    const verified = await test.verify(['replication'], {}, { anew: false });
    const [claim] = verified.scenarios[0]?.assertions ?? [];
    expect(claim).to.include({ code: 'whole.servers', verdict: 'failed' });
    expect(claim?.seen).to.match(/rdb_last_bgsave_status:err.*Is a directory/);
    expect(await mended()).to.deep.equal([]);

    fs.rmdirSync(file);
    expect(await mended()).to.deep.equal(['mended.saved']);
  });

  it('since a script does not end: it is ended, and the server goes on', async () => {
    const name = await master();
    const pid = await test.pid(name, 'redis');
    await test.redis(name, 'CONFIG', 'SET', 'busy-reply-threshold', '10');
    await say(name, 'EVAL', 'while true do end', '0');
    await until(async () => (await problems()).includes('servers.redis-busy'));
    expect(await mended()).to.deep.equal(['mended.script-ended']);
    expect(await test.pid(name, 'redis')).to.equal(pid);
  });

  it('since a script has written and does not end: another takes over, and nothing is lost', async () => {
    const name = await master();
    await test.redis(name, 'CONFIG', 'SET', 'busy-reply-threshold', '10');
    await say(name, 'EVAL', "redis.call('SET', 'other', 1) while true do end", '0');
    await until(async () => (await problems()).includes('servers.redis-busy'));
    expect(await mended()).to.deep.equal(['mended.handed-over', 'mended.script-unkillable']);
    await waitReady(test.lab, { deadlineMs: 120_000, backend: test.backend });
    expect(await master()).not.to.equal(name);
  });

  it('since somebody changed the password, also where that was written down', async () => {
    const name = await master();
    talk = await Connection.open(redisEndpoint(test.node(name)));
    await talk.ask('CONFIG', 'SET', 'requirepass', 'mine');
    await talk.ask('CONFIG', 'REWRITE');
    expect(await problems()).to.include('servers.redis-locked');
    expect(await mended()).to.deep.equal(['mended.redis-restarted']);
  });

  it('since somebody changed the users of a Sentinel', async () => {
    await test.sentinel('slave2', 'ACL', 'SETUSER', 'default', 'resetpass', '>mine');
    expect(await problems()).to.include('servers.sentinel-locked');
    expect(await mended()).to.deep.equal(['mended.sentinel-restarted']);
  });

  it('or say nothing: one that is paused is ended in good order', async () => {
    const replica = (await master()) === 'slave1' ? 'slave2' : 'slave1';
    await test.redis(replica, 'CLIENT', 'PAUSE', '600000', 'ALL');
    expect(await mended()).to.deep.equal(['mended.redis-restarted']);
  });

  it('writes only: by no memory, or by a pause', async () => {
    const name = await master();
    await test.redis(name, 'CONFIG', 'SET', 'maxmemory', '1');
    expect(await problems()).to.include('servers.redis-full');
    await test.redis(name, 'CONFIG', 'SET', 'maxmemory', '0');
    await test.redis(name, 'CLIENT', 'PAUSE', '600000', 'WRITE');
    expect(await problems()).to.include('servers.redis-unwritable');
    await test.redis(name, 'CLIENT', 'UNPAUSE');
  });

  it('one that has ended is told at once, with its last words and what to do', async () => {
    const replica = (await master()) === 'slave1' ? 'slave2' : 'slave1';
    await test.backend.inject('crash', replica);
    const waiting = waitReady(test.lab, { deadlineMs: 3_600_000, backend: test.backend });
    const error = await refusal(waiting);
    expect(error).to.include({ exitCode: EXIT.program, code: 'server.failed-start' });
    expect(error.message).to.match(new RegExp(`^${replica}'s Redis server ended while`));
    expect(error.message).to.contain('redis-lab up --fresh');
    expect(await mended()).to.deep.equal(['mended.redis-started']);
  });

  it('a planned switchover is waited for, and the reason is shown', async () => {
    const name = await master();
    await test.sentinel('slave2', 'SENTINEL', 'FAILOVER', 'mymaster');
    await until(async () => (await problems()).includes('master.second'));
    const told: string[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'waiting') told.push(event.code);
    };
    const { verdict, scenarios } = await test.verify(
      ['replication'],
      { onProgress },
      { anew: false },
    );
    expect(verdict, scenarios[0]?.reason ?? '').to.equal('passed');
    expect(told).to.include('master.second');
    expect(await master()).not.to.equal(name);
  });
});
