/** The scenarios can fail: each lab here is broken on purpose, and must be found out for the right reason. */

import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Backend } from '../../lib/backends/backend.js';
import type { Filtering } from '../../lib/faults/packet-filter.js';
import { Connection } from '../../lib/redis-view/connection.js';
import { redisEndpoint } from '../../lib/redis-view/endpoints.js';
import { reportPage } from '../../lib/report/page/page.js';
import type { ScenarioResult } from '../../lib/report/types.generated.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { type Entry, Ledger } from '../../lib/verify/ledger.js';
import type { ScenarioName } from '../../lib/verify/options.js';
import type { LabUnderTest } from '../../lib/verify/run.js';
import { needsServer } from '../backends/local/support.js';
import { eventually } from '../readers/support/eventually.js';
import { englishIn, expectCodes } from '../report/support/indonesian.js';
import { result as resultWith } from '../report/support/results.js';
import { until } from '../support/at-work.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

interface Case {
  readonly what: string;
  /** Default `failover`. */
  readonly scenario?: ScenarioName;
  readonly spec?: LabSpec;
  /** Default `hurried`. */
  readonly rejoin?: 'natural';
  /** Once the lab is ready, before the scenario. */
  readonly breakIt?: (lab: TestLab) => Promise<void>;
  /** When the scenario begins to wait for a claim, by its code. */
  readonly meanwhile?: readonly [code: string, act: (lab: TestLab) => Promise<void>];
  readonly stage?: Partial<LabUnderTest>;
  /** What `power-off` does to a node, which these backends cannot do. */
  readonly power?: (lab: TestLab, node: string) => Promise<void>;
  /** A packet filter that these backends have not, and that drops and holds back nothing; whether it says that it does. */
  readonly filter?: 'idle' | 'lying';
  /** What the result itself contradicts, where it is broken on purpose. Default: nothing. */
  readonly unsound?: RegExp;
  /** Afterwards, before it is looked at whether all runs again. */
  readonly mend?: (lab: TestLab) => Promise<void>;
  readonly figures?: Partial<ScenarioResult>;
  /** Codes of the claims that fail, and what each has seen. */
  readonly failed: readonly (readonly [code: string, seen: RegExp])[];
}

/** Forgets every fourth acknowledged write. */
class Careless extends Ledger {
  override add(entry: Entry): void {
    if (entry.outcome !== 'acknowledged' || entry.number % 4 !== 0) super.add(entry);
  }
}

/** Sentinel looks at each server every ten seconds; here it must notice sooner. */
async function lookOften(lab: TestLab): Promise<void> {
  for (const { name } of lab.lab.nodes) {
    await lab.sentinel(name, 'SENTINEL', 'DEBUG', 'info-period', '100');
  }
}

/** Waits until what every Sentinel tells of the replicas is as it should be. */
async function everySentinelSays(lab: TestLab, isSo: (replicas: string) => boolean): Promise<void> {
  for (const { name } of lab.lab.nodes) {
    await eventually(120, async () => {
      const replicas = JSON.stringify(await lab.sentinel(name, 'SENTINEL', 'REPLICAS', 'mymaster'));
      expect(isSo(replicas), `${name}: ${replicas}`).to.equal(true);
    });
  }
}

/** By then they are ended, on a busy machine as well: no Sentinel takes the master for dead before. */
const MAJORITY_ENDS_MS = 5000;

/** Ends the Sentinels of two nodes out of three. */
async function endMajority(lab: TestLab): Promise<void> {
  const pids = await Promise.all(['slave1', 'slave2'].map((name) => lab.pid(name, 'sentinel')));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  for (const pid of pids) await gone(lab, pid);
}

async function gone(lab: TestLab, pid: number): Promise<void> {
  while (await lab.lives(pid)) await sleep(20);
}

/** Ends all of a node at once. */
async function killAll(lab: TestLab, node: string): Promise<void> {
  for (const service of ['redis', 'sentinel'] as const) {
    process.kill(await lab.pid(node, service), 'SIGKILL');
  }
}

/** The backend of a lab, as if it could cut power. */
function withPower(lab: TestLab, cut: NonNullable<Case['power']>): Backend {
  return new Proxy(lab.backend, {
    get(backend, key) {
      if (key === 'faults') return [...backend.faults, 'power-off'];
      if (key === 'inject') {
        return (kind: string, node: string) =>
          kind === 'power-off' ? cut(lab, node) : backend.inject(kind, node);
      }
      if (key === 'lacks') return undefined;
      const value = Reflect.get(backend, key, backend);
      return typeof value === 'function' ? value.bind(backend) : value;
    },
  });
}

/** The backend of a lab, as if its nodes had packet filters, which let everything pass. */
function withFilter(lab: TestLab, filter: NonNullable<Case['filter']>): Backend {
  const filtering = new Map<string, Filtering>();
  return new Proxy(lab.backend, {
    get(backend, key) {
      if (key === 'faults') return [...backend.faults, 'partition', 'slow'];
      if (key === 'lacks') return undefined;
      if (key === 'inject') {
        return async (fault: string, node: string) => {
          if (filter === 'lying') filtering.set(fault, { fault, node, packets: 7 });
        };
      }
      if (key === 'status') {
        return async () => ({ ...(await backend.status()), filtering: [...filtering.values()] });
      }
      const value = Reflect.get(backend, key, backend);
      return typeof value === 'function' ? value.bind(backend) : value;
    },
  });
}

/** The database that a verification writes to where no other has a demokey: the last. */
const LAST = 15;

/** Nothing is failed over here: Sentinels of a busy machine, which take their master for dead by mistake, would do it. */
const UNHURRIED: LabSpec = { sentinel: { downAfter: 20_000 } };

const NO_FIGURES: Partial<ScenarioResult> = {
  outageMs: null,
  writableMs: null,
  phases: [],
  ledger: null,
  promotion: null,
};

/** Connections that are there already when something must be quick. */
const lines = new Map<TestLab, Connection>();

/** Programs that have taken the place of a lab's server. */
const squatters = new Map<TestLab, net.Server>();

const CASES: readonly Case[] = [
  {
    what: 'a replica that follows somebody else, as the course page has it',
    spec: UNHURRIED,
    breakIt: async (lab) => {
      await lab.redis('slave1', 'REPLICAOF', lab.node('master').ip, '637');
    },
    failed: [['whole.links', /slave1 follows 127\.\S+:637, which is not of this lab/]],
  },
  {
    what: 'a quorum of three with two Sentinels',
    spec: { sentinel: { quorum: 3 } },
    breakIt: async (lab) => {
      const pid = await lab.pid('slave2', 'sentinel');
      process.kill(pid, 'SIGKILL');
      await gone(lab, pid);
    },
    failed: [
      ['whole.servers', /Sentinel on slave2 does not answer/],
      ['whole.contact', /26379 as s_down/],
      ['whole.quorum', /NOQUORUM 2 usable Sentinels/],
    ],
  },
  {
    what: 'a master that is started again at once',
    // It is back before that, on a busy machine as well.
    spec: { sentinel: { downAfter: 20_000 } },
    meanwhile: [
      'failover.crashed',
      async (lab) => {
        await until(async () => !(await lab.runs('master', 'redis')));
        await lab.backend.heal();
      },
    ],
    failed: [
      [
        'failover.detected',
        /master was back and took a write \d+ ms after the fault: something starts it again/,
      ],
    ],
  },
  {
    what: 'a down-after of 5 ms, which `5s` gives',
    spec: UNHURRIED,
    breakIt: async (lab) => {
      for (const { name } of lab.lab.nodes) {
        await lab.sentinel(name, 'SENTINEL', 'SET', 'mymaster', 'down-after-milliseconds', '5');
      }
    },
    failed: [['whole.settings', /down-after-milliseconds 5, described is 20000/]],
  },
  {
    what: 'DEBUG refused',
    spec: { ...UNHURRIED, redis: { debugCommand: 'no' } },
    failed: [
      ['failover.crashed', /master still runs; redis-cli said: ERR DEBUG command not allowed/],
    ],
    // Nothing was broken: there is no outage to tell of.
    figures: NO_FIGURES,
  },
  {
    what: 'a replica that announces a wrong address',
    breakIt: async (lab) => {
      await lookOften(lab);
      await lab.redis('slave1', 'CONFIG', 'SET', 'replica-announce-ip', '127.9.9.9');
      await lab.redis('slave1', 'CLIENT', 'KILL', 'TYPE', 'master');
      await everySentinelSays(lab, (replicas) =>
        /127\.9\.9\.9.*s_down|s_down.*127\.9\.9\.9/.test(replicas),
      );
    },
    failed: [
      ['whole.members', /knows the Redis server 127\.9\.9\.9:6379, which is not of this lab/],
      [
        'whole.links',
        /master counts 127\.9\.9\.9:6379 among its replicas, which is not of this lab: look at replica-announce-ip/,
      ],
      ['whole.contact', /sees Redis at 127\.9\.9\.9:6379 as s_down/],
    ],
  },
  {
    what: 'books that drop entries',
    stage: { newLedger: () => new Careless() },
    unsound: /ledger: the stretches give other sums/,
    failed: [['failover.accounted', /records without an entry \(\d+ of \d+\): \d+, \d+/]],
  },
  {
    what: 'a replica that is not to be promoted, unlike the description has it',
    spec: UNHURRIED,
    breakIt: async (lab) => {
      await lab.redis('slave2', 'CONFIG', 'SET', 'replica-priority', '0');
    },
    failed: [['whole.settings', /Redis on slave2 runs with replica-priority 0, described is 100/]],
    figures: NO_FIGURES,
  },
  {
    what: 'no replica that may be promoted, from the fault on',
    spec: { sentinel: { downAfter: 3000 } },
    // What is there, and nowhere but in memory, is there again afterwards.
    stage: { anew: false },
    breakIt: async (lab) => {
      await lab.redis('master', 'SET', 'mine', 'yes');
      await lookOften(lab);
    },
    mend: async (lab) => {
      for (const { name } of lab.lab.nodes) {
        await eventually(30, async () => {
          expect(await lab.redis(name, 'GET', 'mine'), name).to.equal('yes');
        });
      }
    },
    meanwhile: [
      'failover.crashed',
      async (lab) => {
        for (const name of ['slave1', 'slave2']) {
          await lab.redis(name, 'CONFIG', 'SET', 'replica-priority', '0');
        }
        await everySentinelSays(
          lab,
          (replicas) => replicas.match(/"slave-priority"[,:]"0"/g)?.length === 2,
        );
      },
    ],
    failed: [['failover.promoted', /-failover-abort-no-good-slave/]],
    figures: { outageMs: null, writableMs: null, promotion: null },
  },
  {
    what: 'a majority of Sentinels that is gone with the master',
    spec: { sentinel: { downAfter: MAJORITY_ENDS_MS } },
    meanwhile: ['failover.crashed', endMajority],
    failed: [
      [
        'failover.agreed',
        /the Sentinels said .*\+sdown.*; no connection to Sentinel on slave\d, slave\d/,
      ],
    ],
  },
  {
    what: 'a majority of Sentinels that is gone, and one that would be enough to agree',
    spec: { sentinel: { downAfter: MAJORITY_ENDS_MS, quorum: 1, failoverTimeout: 1000 } },
    meanwhile: ['failover.crashed', endMajority],
    failed: [
      [
        'failover.led',
        /the Sentinels said .*-failover-abort-not-elected.*; no connection to Sentinel on slave/,
      ],
    ],
  },
  {
    what: 'a majority of Sentinels that was gone before',
    breakIt: endMajority,
    failed: [
      [
        'whole.servers',
        /Sentinel on slave1 does not answer: .*; Sentinel on slave2 does not answer/,
      ],
      ['whole.contact', /26379 as s_down/],
      ['whole.quorum', /NOQUORUM 1 usable Sentinels/],
    ],
  },
  {
    what: 'a replica that hangs',
    breakIt: (lab) => lab.backend.inject('hang', 'slave1'),
    failed: [
      ['whole.servers', /Redis on slave1 does not answer: no answer within/],
      ['whole.contact', /sees Redis at slave1 as s_down/],
    ],
  },
  {
    what: 'a replica that follows another replica',
    breakIt: async (lab) => {
      const { ip, redisPort } = lab.node('slave1');
      await lab.redis('slave2', 'REPLICAOF', ip, String(redisPort));
    },
    failed: [['whole.links', /slave2 follows slave1, and the master is master/]],
  },
  {
    what: 'a replica that takes writes',
    spec: UNHURRIED,
    breakIt: async (lab) => {
      await lab.redis('slave1', 'CONFIG', 'SET', 'replica-read-only', 'no');
    },
    failed: [['whole.settings', /Redis on slave1 takes writes as a replica: replica-read-only no/]],
    figures: NO_FIGURES,
  },
  {
    what: 'a replica that took itself for a master before the fault',
    spec: UNHURRIED,
    meanwhile: [
      'failover.client-writes',
      async (lab) => {
        await lab.redis('slave1', 'REPLICAOF', 'NO', 'ONE');
      },
    ],
    failed: [
      ['failover.crashed', /^was not sent: already a master before anything was broken: slave1/],
    ],
    figures: NO_FIGURES,
  },
  {
    what: 'replicas that take writes from the fault on',
    meanwhile: [
      'failover.crashed',
      async (lab) => {
        for (const name of ['slave1', 'slave2']) {
          await lab.redis(name, 'CONFIG', 'SET', 'replica-read-only', 'no');
        }
      },
    ],
    // The promoted one is none any more.
    failed: [['failover.whole-again', /^Redis on slave\d takes writes as a replica/]],
  },
  {
    what: 'a replica that takes writes once the key was read',
    spec: UNHURRIED,
    scenario: 'replication',
    breakIt: async (lab) => {
      lines.set(lab, await Connection.open(redisEndpoint(lab.node('slave1'))));
    },
    meanwhile: [
      'demokey.read',
      async (lab) => {
        await lines.get(lab)?.ask('CONFIG', 'SET', 'replica-read-only', 'no');
      },
    ],
    mend: async (lab) => {
      lines.get(lab)?.close();
    },
    failed: [['replication.read-only', /slave1: OK; slave2: READONLY/]],
  },
  {
    what: 'a master that wants more replicas than there are',
    spec: UNHURRIED,
    scenario: 'replication',
    breakIt: async (lab) => {
      await lab.redis('master', 'CONFIG', 'SET', 'min-replicas-to-write', '3');
    },
    failed: [['whole.servers', /Redis on master takes no writes.*NOREPLICAS/]],
  },
  {
    what: 'data that are gone after the failover',
    meanwhile: [
      'failover.client-goes-on',
      async (lab) => {
        const results = await Promise.allSettled(
          ['slave1', 'slave2'].map((name) => lab.redisIn(LAST, name, 'DEL', 'demokey')),
        );
        // One, unless a busy machine made Sentinels promote both, one after the other.
        expect(results.filter(({ status }) => status === 'fulfilled')).not.to.deep.equal([]);
      },
    ],
    failed: [['failover.key-kept', /slave\d: nothing/]],
  },
  {
    what: 'an old master whose place was taken meanwhile',
    meanwhile: [
      'failover.detected',
      async (lab) => {
        const { ip, redisPort } = lab.node('master');
        const squatter = net.createServer((socket) => socket.destroy());
        squatter.listen(redisPort, ip);
        await once(squatter, 'listening');
        squatters.set(lab, squatter);
      },
    ],
    mend: async (lab) => {
      squatters.get(lab)?.close();
      await lab.backend.heal();
    },
    failed: [['failover.rejoined', /cannot listen there: another program does/]],
  },
  {
    what: 'a second failover, which nobody needed',
    // Long enough for it to be over before the old master is back.
    rejoin: 'natural',
    meanwhile: [
      'failover.rejoined',
      async (lab) => {
        // It may not be done with the first one yet.
        await eventually(60, async () =>
          lab.sentinel('slave1', 'SENTINEL', 'FAILOVER', 'mymaster'),
        );
      },
    ],
    failed: [
      ['failover.rejoined', /^Sentinel failed over once more, from slave\d to (?:slave\d|master)$/],
    ],
  },
  {
    what: 'a hang that somebody ends at once',
    scenario: 'hang',
    spec: UNHURRIED,
    meanwhile: [
      'hang.hangs',
      async (lab) => {
        process.kill(await lab.pid('master', 'redis'), 'SIGCONT');
      },
    ],
    failed: [['hang.hangs', /^Redis on master is running.*it answered PING/]],
  },
  {
    what: 'late writes of the old master that are on the new one',
    scenario: 'hang',
    meanwhile: [
      // Long before it is looked at.
      'failover.client-goes-on',
      async (lab) => {
        const name = (await newMaster(lab)) ?? 'none';
        const [ledger] = (await lab.redisIn(LAST, name, 'KEYS', '*:ledger')) as string[];
        const fixed = String(ledger).replace(/ledger$/, 'fixed');
        const all = Array.from({ length: 3000 }, (_, i) => [String(i + 1), '1']).flat();
        await lab.redisIn(LAST, name, 'HSET', fixed, ...all);
      },
    ],
    failed: [['hang.late-writes', /the new master, slave\d, has \d+ of them/]],
  },
  {
    what: 'a failover although the master only stood still',
    scenario: 'stall',
    spec: { sentinel: { downAfter: 20_000 } },
    meanwhile: [
      'calm.no-failover',
      async (lab) => {
        await lab.sentinel('slave1', 'SENTINEL', 'FAILOVER', 'mymaster');
      },
    ],
    failed: [['calm.no-failover', /the Sentinels said .*\+try-failover/]],
  },
  {
    what: 'writes that are lost although the master only stood still',
    scenario: 'stall',
    spec: { sentinel: { downAfter: 2000, failoverTimeout: 1000 } },
    meanwhile: [
      'calm.no-failover',
      async (lab) => {
        await lab.redisIn(LAST, 'master', 'FLUSHDB');
      },
    ],
    failed: [['calm.nothing-lost', /\([1-9]\d* of them lost\)/]],
  },
  {
    what: 'a list of several clients in which there is what nobody appended',
    meanwhile: [
      'failover.rejoined',
      async (lab) => {
        const name = (await newMaster(lab)) ?? 'none';
        await lab.redisIn(LAST, name, 'RPUSH', await listOf(lab, name), 'x:1');
      },
    ],
    failed: [['history.tail-lost', /^x:1 was seen, and nobody appended it$/]],
  },
  {
    what: 'a list of several clients that was cut although the master only stood still',
    scenario: 'stall',
    spec: { sentinel: { downAfter: 2000, failoverTimeout: 1000 } },
    meanwhile: [
      'calm.no-failover',
      async (lab) => {
        await lab.redisIn(LAST, 'master', 'LPOP', await listOf(lab, 'master'), '3');
      },
    ],
    failed: [['history.clean', /^c\d:\d+ was acknowledged, and is not there at the end/]],
  },
  {
    what: 'a list of several clients that has something twice, after two masters',
    scenario: 'hang',
    meanwhile: [
      'failover.client-goes-on',
      async (lab) => {
        const name = (await newMaster(lab)) ?? 'none';
        const list = await listOf(lab, name);
        const first = String(await lab.redisIn(LAST, name, 'LINDEX', list, '0'));
        await lab.redisIn(LAST, name, 'RPUSH', list, first);
      },
    ],
    failed: [['history.split', /^c\d:\d+ was appended once, and is in the list more than once/]],
  },
  {
    what: 'a script that nobody is told of',
    scenario: 'endless-script',
    breakIt: async (lab) => {
      await lab.redis('master', 'CONFIG', 'SET', 'lua-time-limit', '600000');
    },
    failed: [['endless-script.unkillable', /no answer/]],
  },
  {
    what: 'Sentinels that may end no script',
    scenario: 'endless-script',
    breakIt: async (lab) => {
      for (const { name } of lab.lab.nodes) {
        await lab.redis(name, 'ACL', 'SETUSER', 'sentinel', '-script|kill');
      }
    },
    failed: [['endless-script.killed', /the Sentinels said .*\+sdown/]],
  },
  {
    what: 'a master that takes writes although it cannot save',
    scenario: 'disk-full',
    breakIt: async (lab) => {
      await lab.redis('master', 'CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
    },
    mend: async (lab) => {
      await lab.redis('master', 'CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'yes');
    },
    failed: [['disk-full.refuses', /^master: PONG/]],
  },
  {
    what: 'a replica that is not taken for down although it cannot save',
    scenario: 'disk-full',
    breakIt: async (lab) => {
      await lab.redis('slave1', 'CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
    },
    mend: async (lab) => {
      await lab.redis('slave1', 'CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'yes');
    },
    failed: [['disk-full.replica-down', /^master's Sentinel takes slave1 for up/]],
  },
  {
    what: 'a node whose power stays on',
    scenario: 'power-off',
    power: async () => undefined,
    failed: [['power-off.gone', /it answered PING/]],
  },
  {
    what: 'a node whose power is cut, and a majority that is gone with it',
    scenario: 'power-off',
    spec: { sentinel: { downAfter: MAJORITY_ENDS_MS } },
    power: killAll,
    meanwhile: [
      'failover.detected',
      async (lab) => {
        process.kill(await lab.pid('slave2', 'sentinel'), 'SIGKILL');
      },
    ],
    failed: [['failover.agreed', /no connection to Sentinel on master, slave2/]],
  },
  {
    what: 'a failover although too many Sentinels act on nothing',
    scenario: 'clock-jump',
    spec: { sentinel: { downAfter: 6000, failoverTimeout: 1000 } },
    meanwhile: [
      'clock-jump.nobody',
      async (lab) => {
        const acts = await Promise.all(
          lab.lab.nodes.map(async ({ name }) => {
            const info = String(await lab.sentinel(name, 'INFO', 'sentinel'));
            return info.includes('sentinel_tilt:0') ? [name] : [];
          }),
        );
        // What it knows of the replicas is too old at first.
        await until(async () => {
          const name = acts.flat()[0] ?? 'none';
          const asked = lab.sentinel(name, 'SENTINEL', 'FAILOVER', 'mymaster');
          return asked.then(
            () => true,
            () => false,
          );
        });
      },
    ],
    failed: [['clock-jump.nobody', /the Sentinels said .*\+try-failover/]],
  },
  {
    what: 'a partition that cuts nothing off',
    scenario: 'partition',
    filter: 'idle',
    failed: [['partition.cut-off', /^the packet filter of master has dropped nothing;/]],
  },
  {
    what: 'Sentinels that lose nothing of what they send to the master',
    scenario: 'master-unseen',
    filter: 'idle',
    failed: [['master-unseen.unseen', /^the packet filter of master has dropped nothing;/]],
  },
  {
    what: 'Sentinels that see the master, whatever the packet filter says',
    scenario: 'master-unseen',
    filter: 'lying',
    failed: [['failover.detected', /^the Sentinels said nothing;/]],
  },
  {
    what: 'one node that loses nothing of what it sends',
    scenario: 'one-way-loss',
    filter: 'lying',
    failed: [['one-way-loss.one-alone', /^packets dropped: 7;/]],
  },
  {
    what: 'a slow link over which answers come at once',
    scenario: 'slow-link',
    filter: 'lying',
    failed: [['slow-link.slow', /^WAIT took [\d.]+ ms; packets held back: 7;/]],
  },
  {
    what: 'Sentinels that come back although they are to be away',
    scenario: 'quorum-lost',
    spec: { sentinel: { downAfter: 5000 } },
    meanwhile: [
      'quorum-lost.alone',
      async (lab) => {
        await lab.backend.heal({ only: SENTINELS });
      },
    ],
    failed: [['quorum-lost.no-quorum', /: OK /]],
  },
  {
    what: 'a majority although one Sentinel is to be left',
    scenario: 'no-majority',
    spec: { sentinel: { downAfter: 5000 } },
    meanwhile: [
      'no-majority.tries',
      async (lab) => {
        await lab.backend.heal({ only: SENTINELS });
      },
    ],
    failed: [['no-majority.not-elected', /the Sentinels said .*\+elected-leader/]],
  },
  {
    what: 'a leader that does not die',
    scenario: 'leader-dies',
    spec: { sentinel: { failoverTimeout: 1000 } },
    meanwhile: [
      'failover.detected',
      async (lab) => {
        const help = ['SENTINEL', 'SIMULATE-FAILURE', 'help'] as const;
        for (const { name } of lab.lab.nodes) await lab.sentinel(name, ...help);
      },
    ],
    failed: [['leader-dies.died', /the Sentinels said .*\+elected-leader/]],
  },
  {
    what: 'a master that takes writes without the replicas that it wants',
    scenario: 'replicas-lost',
    spec: { redis: { minReplicasToWrite: 1 }, sentinel: { failoverTimeout: 1000 } },
    meanwhile: [
      'calm.no-failover',
      async (lab) => {
        await lab.redis('master', 'CONFIG', 'SET', 'min-replicas-to-write', '0');
      },
    ],
    mend: async (lab) => {
      await lab.redis('master', 'CONFIG', 'SET', 'min-replicas-to-write', '1');
    },
    failed: [['replicas-lost.none-taken', /^record \d+ was acknowledged without replicas/]],
  },
  {
    what: 'a Sentinel that begins anew when the lab wakes',
    scenario: 'sleep',
    spec: { sentinel: { failoverTimeout: 2000 } },
    meanwhile: [
      'sleep.slept',
      async (lab) => {
        process.kill(await lab.pid('slave1', 'sentinel'), 'SIGKILL');
      },
    ],
    failed: [['sleep.tilt', /not in TILT: slave1/]],
  },
];

/** Whichever is left, another one comes back. */
const SENTINELS = ['master', 'slave1', 'slave2'].map(
  (node) => ({ node, service: 'sentinel' }) as const,
);

async function newMaster(lab: TestLab): Promise<string | undefined> {
  for (const name of ['slave1', 'slave2']) {
    const role = (await lab.redis(name, 'ROLE')) as string[];
    if (role[0] === 'master') return name;
  }
  return undefined;
}

/** The key that several clients append to. */
async function listOf(lab: TestLab, name: string): Promise<string> {
  const keys = (await lab.redisIn(LAST, name, 'KEYS', '*:list')) as string[];
  return String(keys[0]);
}

describe('a broken lab', function () {
  this.timeout(120_000);
  before(needsServer);
  sideBySide(CASES.map((each) => ({ title: `fails: ${each.what}`, run: () => attempt(each) })));
});

async function attempt(each: Case): Promise<void> {
  const {
    scenario = 'failover',
    spec,
    breakIt,
    meanwhile,
    stage,
    power,
    filter,
    unsound,
    mend,
    failed,
    figures = {},
    rejoin = 'hurried',
  } = each;
  await using lab = await TestLab.up(spec);
  await breakIt?.(lab);
  const found = await statesOf(lab);
  const acts: Promise<void>[] = [];
  const { result, faults } = await lab.playUnchecked(
    scenario,
    {
      rejoin,
      onProgress: (event) => {
        if (event.kind === 'waiting' && meanwhile && event.code === meanwhile[0]) {
          acts.push(meanwhile[1](lab));
        }
      },
    },
    {
      ...stage,
      ...(power ? { backend: withPower(lab, power) } : {}),
      ...(filter ? { backend: withFilter(lab, filter) } : {}),
    },
  );
  await Promise.all(acts);
  expect(acts).to.have.lengthOf(meanwhile ? 1 : 0);
  if (unsound) expect(faults.join()).to.match(unsound);
  else expect(faults).to.deep.equal([]);
  expectFailure(result, failed);
  expectCodes(result);
  const page = reportPage(resultWith({ scenarios: [result] }), { lang: 'id' });
  expect(englishIn(page)).to.deep.equal([]);
  for (const [name, value] of Object.entries(figures)) {
    expect(Reflect.get(result, name), name).to.deep.equal(value);
  }
  // What the scenario broke is whole again, and what it found broken is as it was.
  await mend?.(lab);
  expect(await statesOf(lab)).to.deep.equal(found);
  // It wrote nothing else, and none of that is left.
  for (const { node, state, service } of (await lab.backend.status()).services) {
    if (service === 'sentinel' || state !== 'running') continue;
    await eventually(30, async () => {
      expect(await lab.redis(node, 'INFO', 'keyspace'), node).not.to.match(/^db15/m);
    });
  }
}

async function statesOf(lab: TestLab): Promise<string[]> {
  const { services } = await lab.backend.status();
  return services.map(({ node, service, state }) => `${node} ${service} ${state}`);
}

function expectFailure(result: ScenarioResult, failed: Case['failed']): void {
  const wrong = result.assertions.filter(({ verdict }) => verdict === 'failed');
  const seen = JSON.stringify(wrong, null, 1);
  expect(result.verdict, result.reason ?? '').to.equal('failed');
  expect(wrong, seen).to.have.lengthOf(failed.length);
  for (const [index, [code, cause]] of failed.entries()) {
    expect(wrong[index]?.code, seen).to.equal(code);
    expect(wrong[index]?.seen, code).to.match(cause);
  }
  expect(result.reason).to.equal(`${wrong[0]?.claim}: ${wrong[0]?.seen}`);
  // What comes after is said to be not looked at, and never passed.
  const last = result.assertions.findLastIndex(({ verdict }) => verdict === 'failed');
  const after = result.assertions.slice(last + 1).map(({ verdict }) => verdict);
  expect(after.filter((verdict) => verdict === 'failed')).to.deep.equal([]);
  expect(after.at(-1) ?? 'skipped').to.equal('skipped');
  const evidence = result.evidence ?? '';
  expect(fs.readdirSync(evidence)).to.include.members([
    'result.json',
    'master',
    'slave1',
    'slave2',
  ]);
  const log = fs.readFileSync(path.join(evidence, 'master', 'redis.log'), 'utf8');
  expect(log).to.include('Ready to accept connections');
  const state = fs.readFileSync(path.join(evidence, 'master', 'sentinel-state.txt'), 'utf8');
  expect(state).to.include('> SENTINEL MASTER mymaster').and.include('127.');
  const info = fs.readFileSync(path.join(evidence, 'slave2', 'redis-info.txt'), 'utf8');
  // Where the scenario has taken that server away, the evidence says so.
  const { kind, node = '' } = result.fault ?? {};
  const away = kind === 'crash' && node.includes('slave2') ? /ECONNREFUSED/ : undefined;
  // What is done once more is done to the new master, which may be that one.
  const again = ['endless-script', 'clock-jump'].includes(result.name)
    ? /^role:slave|^role:master|^BUSY|^no answer/m
    : undefined;
  expect(info)
    .to.include('> INFO')
    .and.match(away ?? again ?? /^role:slave|^role:master/m);
  const told = fs.readFileSync(path.join(evidence, 'result.json'), 'utf8');
  expect(JSON.parse(told)).to.include({ verdict: 'failed', reason: result.reason });
}
