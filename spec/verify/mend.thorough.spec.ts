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
import { saveBeforeEnd } from '../../lib/verify/save.js';
import { labStatus } from '../../lib/verify/status.js';
import { needsServer } from '../backends/local/support.js';
import { until } from '../support/at-work.js';
import { failure, refusal } from '../support/failure.js';
import { needs } from '../support/skip.js';
import { newerServer, noNewerServer } from './newer-server.js';
import { sideBySide } from './side-by-side.js';
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
    const kept = await refusal(saveBeforeEnd(test.lab, test.backend));
    expect(kept).to.include({ exitCode: EXIT.program, code: 'server.unsaved' });
    expect(kept.message).to.match(/^Nothing was stopped.*Is a directory/);
    expect(kept.message).to.contain('CONFIG GET dir').and.contain('redis-lab down');

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

  it('since a function does not end: that has a command of its own', async () => {
    const name = await master();
    const pid = await test.pid(name, 'redis');
    await callEndless(test, name);
    await until(async () => (await problems()).includes('servers.redis-busy'));
    const [ended] = await mend(test.backend);
    expect(ended?.values).to.deep.equal({ node: name, command: 'FUNCTION KILL' });
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

  it('since a script has written, and somebody asked the server to end: it waits for a replica that lags, for ever', async () => {
    const name = await master();
    const pid = await test.pid(name, 'redis');
    const replica = name === 'slave1' ? 'slave2' : 'slave1';
    const lagging = await test.pid(replica, 'redis');
    await test.redis(name, 'CONFIG', 'SET', 'busy-reply-threshold', '10');
    process.kill(lagging, 'SIGSTOP');
    await test.redis(name, 'SET', 'kept', 'yes');
    await say(name, 'EVAL', "redis.call('SET', 'other', 1) while true do end", '0');
    await until(async () => (await problems()).includes('servers.redis-busy'));
    const second = await Connection.open(redisEndpoint(test.node(name)));
    const error = await failure(second.ask('SHUTDOWN', 'NOSAVE'));
    second.close();
    expect(error.message).to.match(/no answer/);
    process.kill(lagging, 'SIGCONT');
    expect(await mended()).to.deep.equal(['mended.handed-over', 'mended.redis-killed']);
    expect(await test.pid(name, 'redis')).not.to.equal(pid);
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

  it('since it has as many clients as it takes', async () => {
    const name = await master();
    await test.redis(name, 'CONFIG', 'SET', 'maxclients', '1');
    expect(await problems()).to.include('servers.redis-refuses');
    expect(await mended()).to.deep.equal(['mended.redis-restarted']);
  });

  it('writes only, since somebody set something at run time: it is set back', async () => {
    const name = await master();
    for (const [code, command, ...words] of [
      ['servers.redis-full', 'CONFIG', 'SET', 'maxmemory', '1'],
      ['servers.redis-alone', 'CONFIG', 'SET', 'min-replicas-to-write', '5'],
      ['servers.redis-unwritable', 'CLIENT', 'PAUSE', '600000', 'WRITE'],
    ] as const) {
      await test.redis(name, command, ...words);
      expect(await problems()).to.include(code);
      expect(await mended(), code).to.deep.equal(['mended.set-back']);
    }
  });

  it('or run otherwise than described', async () => {
    const replica = (await master()) === 'slave1' ? 'slave2' : 'slave1';
    await test.sentinel(
      replica,
      'SENTINEL',
      'SET',
      'mymaster',
      'quorum',
      '3',
      'parallel-syncs',
      '2',
    );
    await test.redis(replica, 'CONFIG', 'SET', 'replica-priority', '0');
    await test.redis(replica, 'CONFIG', 'SET', 'replica-read-only', 'no');
    expect(await mended()).to.deep.equal(Array(4).fill('mended.set-back'));
  });

  it('or let in us, and not each other: the one to blame is started again', async () => {
    const name = await master();
    const replica = name === 'slave1' ? 'slave2' : 'slave1';
    await test.redis(name, 'ACL', 'SETUSER', 'sentinel', 'off');
    await test.redis(name, 'CLIENT', 'KILL', 'USER', 'sentinel');
    await test.redis(replica, 'CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await shutOut(test, replica);
    await until(async () => (await problems()).includes('links.down-since'));
    expect(await problems()).to.include('servers.redis-stale');
    expect((await status()).problems.join('\n')).to.match(/is down: .*AUTH.*WRONGPASS/);
    const all = await mend(test.backend);
    expect(all.map(({ code, values }) => `${code} ${values['node']}`)).to.have.members([
      `mended.redis-restarted ${name}`,
      `mended.redis-restarted ${replica}`,
    ]);
  });

  it('or stand still: they go on', async () => {
    const replica = (await master()) === 'slave1' ? 'slave2' : 'slave1';
    for (const service of ['redis', 'sentinel'] as const) {
      process.kill(await test.pid(replica, service), 'SIGSTOP');
    }
    await until(async () => {
      const { services } = await test.backend.status();
      return services.filter(({ state }) => state === 'hung').length === 2;
    });
    const { nodes, problemCodes } = await status();
    const there = nodes.find(({ node }) => node === replica);
    expect([there?.redis?.state, there?.sentinel?.state]).to.deep.equal(['hung', 'hung']);
    expect(problemCodes.map(({ code }) => code)).to.include.members([
      'servers.redis-hung',
      'servers.sentinel-hung',
    ]);
    expect(await mended()).to.have.members(['mended.redis-continued', 'mended.sentinel-continued']);
  });

  it('or load their data: that is shown and waited for, and nothing is ended', async () => {
    const name = await master();
    await test.redis(name, 'DEBUG', 'POPULATE', '1500', 'data', '100');
    await test.redis(name, 'CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
    await test.redis(name, 'CONFIG', 'SET', 'key-load-delay', '5000');
    await say(name, 'DEBUG', 'RELOAD');
    await until(async () => (await problems()).includes('servers.redis-loading'));
    expect(await mended()).to.deep.equal([]);
    const told = new Set<string>();
    const onWaiting = ({ code }: { code: string }) => told.add(code);
    await waitReady(test.lab, { deadlineMs: 120_000, backend: test.backend, onWaiting });
    expect([...told]).to.include('servers.redis-loading');
    await test.redis(name, 'CONFIG', 'SET', 'key-load-delay', '0');
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

describe('a lab of a newer server that refuses', () => {
  before(async function needsServers() {
    await needsServer.call(this);
    needs(this, noNewerServer());
  });

  sideBySide(
    (['redis', 'valkey'] as const).map((engine) => ({
      title: `is told and mended in its own words: ${engine}`,
      run: async () => {
        await using test = await TestLab.up(SPEC, { find: (model) => newerServer(engine, model) });
        const look = () => labStatus(test.described, test.backend);
        const shows = (code: string, said: RegExp) =>
          until(async () =>
            (await look()).problemCodes.some(
              (each) => each.code === code && said.test(String(each.values['said'])),
            ),
          );
        const mended = async () => (await mend(test.backend)).map(({ code }) => code);
        const ready = () => waitReady(test.lab, { deadlineMs: 120_000, backend: test.backend });

        await callEndless(test, 'master');
        await shows('servers.redis-busy', /^BUSY/);
        expect(await mended()).to.deep.equal(['mended.script-ended']);

        const [, dir] = (await test.redis('master', 'CONFIG', 'GET', 'dir')) as string[];
        const file = path.join(String(dir), 'dump.rdb');
        fs.rmSync(file, { force: true });
        fs.mkdirSync(file);
        await test.redis('master', 'BGSAVE');
        await shows('servers.redis-unsaved', /Is a directory/);
        fs.rmdirSync(file);
        expect(await mended()).to.deep.equal(['mended.saved']);

        await test.redis('master', 'CONFIG', 'SET', 'maxclients', '1');
        await shows('servers.redis-refuses', /max number of clients/);
        expect(await mended()).to.deep.equal(['mended.redis-restarted']);
        await ready();

        await shutOut(test, 'slave1');
        await shows('links.down-since', /WRONGPASS/);
        expect(await mended()).to.deep.equal(['mended.redis-restarted']);
        await ready();
      },
    })),
  );
});

/** Has a server run a function that does not end, and does not wait for it. */
async function callEndless(test: TestLab, node: string): Promise<void> {
  await test.redis(node, 'CONFIG', 'SET', 'busy-reply-threshold', '10');
  const endless = 'while true do end';
  const code = `#!lua name=endless\nredis.register_function('endless', function() ${endless} end)`;
  await test.redis(node, 'FUNCTION', 'LOAD', 'REPLACE', code);
  const line = await Connection.open(redisEndpoint(test.node(node)));
  line.ask('FCALL', 'endless', '0').catch(() => undefined);
}

/** Has a replica say a password to its master that is none. */
async function shutOut(test: TestLab, replica: string): Promise<void> {
  await test.redis(replica, 'CONFIG', 'SET', 'masterauth', 'wrong');
  await test.redis(replica, 'CLIENT', 'KILL', 'TYPE', 'master');
}
