/** Published incidents: the other outcome, where the lab does not have it or has it on purpose, none where what is to be shown is gone again, and newer servers. */
import { expect } from 'chai';
import type { VerifyResult } from '../../../lib/report/types.generated.js';
import { needsServer } from '../../backends/local/support.js';
import { newHome } from '../../live/support/home.js';
import { redisLab } from '../../support/cli.js';
import { needs, skip } from '../../support/skip.js';
import { newerServer, noNewerServer } from '../newer-server.js';
import { sideBySide } from '../side-by-side.js';
import {
  fails,
  gives,
  NEVER,
  noneToPromote,
  promotable,
  Ready,
  setPriority,
} from '../support/incidents.js';
import type { TestLab } from '../test-lab.js';

const agreeing = new Ready();
const persuaded = new Ready();
const strangers = new Ready();
const bound = new Ready();

/** Who has not answered for five times as long is not promoted. */
async function pingEach(lab: TestLab, ms: string): Promise<void> {
  for (const { name } of lab.lab.nodes) {
    await lab.sentinel(name, 'SENTINEL', 'DEBUG', 'ping-period', ms);
  }
}

/** What Sentinels send in place of CONFIG REWRITE, in the transaction that promotes a replica. */
async function callsConfig(lab: TestLab, name: string): Promise<void> {
  for (const node of lab.lab.nodes) {
    await lab.sentinel(node.name, 'SENTINEL', 'SET', 'mymaster', 'rename-command', 'CONFIG', name);
  }
}

describe('a published incident that turns out otherwise', function () {
  this.timeout(600_000);
  before(needsServer);

  sideBySide([
    gives('fixed-here', 'redis-12570', {
      what: 'an old master that comes back as a replica and is not to be promoted',
      // Nobody tries again before it is one.
      failoverTimeout: 6000,
      healed: async (lab, heal) => {
        await heal();
        await lab.redis('master', 'REPLICAOF', lab.node('slave1').ip, '6379');
        await setPriority(lab, NEVER, 'master');
      },
      after: promotable('master'),
    }),
    fails('incident.certain', 'redis-12570', {
      what: 'an old master that is gone again',
      after: {
        'redis-12570.back': async (lab) =>
          process.kill(await lab.pid('master', 'redis'), 'SIGKILL'),
      },
      failoverTimeout: 6000,
    }),
    gives('fixed-here', 'redis-12574', {
      what: 'a stale replica that is not to be promoted',
      struck: async (lab, node) => {
        if (node !== 'slave1') return;
        await setPriority(lab, NEVER, node);
        await lab.redis(node, 'CONFIG', 'REWRITE');
      },
      after: promotable('slave1'),
    }),
    fails('incident.certain', 'redis-12574', {
      what: 'a stale replica that is gone again',
      after: {
        'redis-12574.eligible': async (lab) =>
          process.kill(await lab.pid('slave1', 'redis'), 'SIGKILL'),
      },
    }),
    gives('fixed-here', 'redis-12271', {
      what: 'Sentinels that come to agree',
      before: (lab) => agreeing.toSentinels(lab),
      after: { 'redis-12271.split': agreeing.send },
    }),
    gives('fixed-here', 'redis-14313', {
      what: 'Sentinels that no replica answers in time',
      struck: (lab) => pingEach(lab, '1'),
      after: { 'incident.certain': (lab) => pingEach(lab, '1000') },
    }),
    gives('reproduced', 'redis-3306', {
      what: 'a master that hangs, and replicas that are not to be promoted',
      filter: { packets: 7, instead: 'hang' },
      struck: noneToPromote,
      after: promotable('slave1', 'slave2'),
    }),
    gives('fixed-here', 'redis-8607', {
      what: 'Sentinels that try a server they lost ten times a second',
      struck: (lab) => pingEach(lab, '100'),
    }),
    gives('reproduced', 'valkey-2779', {
      what: 'Sentinels that send FAILOVER with each promotion, as those of Valkey 9.0',
      before: (lab) => callsConfig(lab, 'FAILOVER'),
      after: { 'incident.certain': (lab) => callsConfig(lab, 'CONFIG') },
    }),
    gives('fixed-here', 'forged-hello', {
      what: 'Sentinels that are told the truth at once',
      before: (lab) => persuaded.toSentinels(lab),
      after: { 'forged-hello.published': persuaded.send },
    }),
    fails('redis-12570.back', 'redis-12570', {
      what: 'an old master that is not started again',
      healed: async () => undefined,
    }),
    fails('redis-12574.back', 'redis-12574', {
      what: 'a stale replica that is not started again',
      healed: async () => undefined,
    }),
    fails('redis-8607.promoted', 'redis-8607', {
      what: 'replicas that are not to be promoted',
      struck: noneToPromote,
    }),
    fails('redis-14313.reassigned', 'redis-14313', {
      what: 'a replica that the other group does not let in',
      before: (lab) => strangers.toRedis(lab, 'slave2', 'CONFIG', 'SET', 'masterauth', 'wrong'),
      after: { 'incident.written': strangers.send },
    }),
    fails('incident.certain', 'valkey-2779', {
      what: 'a failover that is aborted for another reason',
      before: async (lab) => {
        for (const node of ['slave1', 'slave2']) {
          await bound.toRedis(lab, node, 'ACL', 'SETUSER', 'sentinel', '-slaveof');
        }
      },
      after: { 'valkey-2779.restricted': bound.send },
    }),
  ]);
});

describe('redis-3306 in a network of its own', function () {
  this.timeout(300_000);
  const home = newHome();
  before(async function () {
    await needsServer.call(this);
    if (process.platform !== 'linux' || process.getuid?.() !== 0) skip(this, 'root on Linux');
  });

  it('is fixed here, where the master is really cut off', async () => {
    const times = ['--set', 'sentinel.downAfter=1s', '--set', 'sentinel.failoverTimeout=2s'];
    const words = ['verify', 'redis-3306', '--own-network', '--json', ...times];
    const options = { env: home.env, timeout: 240_000 };
    const { stdout, stderr } = await redisLab(home.folder, words, options);
    expect(stdout, stderr).not.to.equal('');
    const { scenarios } = JSON.parse(stdout) as VerifyResult;
    const [{ verdict, reason, incident } = {}] = scenarios;
    expect(verdict, reason ?? '').to.equal('passed');
    expect(incident?.outcome).to.equal('fixed-here');
  });
});

for (const engine of ['redis', 'valkey'] as const) {
  describe(`a published incident on ${engine} of Debian 13`, function () {
    this.timeout(600_000);
    before(function () {
      needs(this, noNewerServer());
    });

    const options = { find: (lab: Parameters<typeof newerServer>[1]) => newerServer(engine, lab) };
    sideBySide([
      gives('reproduced', 'kubeblocks-10753', undefined, options),
      gives('reproduced', 'redis-12570', undefined, options),
      gives('reproduced', 'redis-12574', undefined, options),
      gives('reproduced', 'redis-12271', undefined, options),
      gives('reproduced', 'redis-14313', undefined, options),
      gives('does-not-apply', 'valkey-2779', undefined, options),
      gives('reproduced', 'forged-hello', undefined, options),
    ]);
  });
}
