/** The scenarios can fail: each lab here is broken on purpose, and must be found out for the right reason. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { ScenarioResult } from '../../lib/report/result.js';
import type { LabSpec } from '../../lib/spec/lab-spec.js';
import { type Entry, Ledger } from '../../lib/verify/ledger.js';
import type { Stage } from '../../lib/verify/run.js';
import { needsServer } from '../backends/local/support.js';
import { TestLab } from './stage.js';

interface Case {
  readonly what: string;
  readonly spec?: LabSpec;
  /** Once the lab is ready, before the scenario. */
  readonly breakIt?: (lab: TestLab) => Promise<void>;
  /** When the scenario begins to wait for a claim that begins like this. */
  readonly meanwhile?: readonly [claim: string, act: (lab: TestLab) => Promise<void>];
  readonly stage?: Partial<Stage>;
  /** Beginnings of the claims that fail, and what each has seen. */
  readonly failed: readonly (readonly [claim: string, seen: RegExp])[];
}

/** Forgets every fortieth acknowledged write. */
class Careless extends Ledger {
  override add(entry: Entry): void {
    if (entry.outcome !== 'acknowledged' || entry.number % 40 !== 0) super.add(entry);
  }
}

/** Sentinel looks at each server every ten seconds; here it must notice sooner. */
async function lookOften(lab: TestLab): Promise<void> {
  for (const { name } of lab.lab.nodes) {
    await lab.sentinel(name, 'SENTINEL', 'DEBUG', 'info-period', '100');
  }
}

const CASES: readonly Case[] = [
  {
    what: 'a replica that follows somebody else, as the course page has it',
    breakIt: async (lab) => {
      await lab.redis('slave1', 'REPLICAOF', lab.node('master').ip, '637');
    },
    failed: [
      ['Every replica follows the master', /slave1 follows 127\.\S+:637, which is not of this lab/],
    ],
  },
  {
    what: 'a quorum of three with two Sentinels',
    spec: { sentinel: { quorum: 3 } },
    breakIt: async (lab) => {
      const pid = await lab.pid('slave2', 'sentinel');
      process.kill(pid, 'SIGKILL');
      while (await lab.lives(pid)) await sleep(20);
    },
    failed: [
      ['Every Redis server and every Sentinel answers', /Sentinel on slave2 does not answer/],
      ['Every Sentinel is in touch with every server', /26379 as s_down/],
      ['Every Sentinel can reach its quorum', /NOQUORUM 2 usable Sentinels/],
    ],
  },
  {
    what: 'a master that is started again at once',
    spec: { sentinel: { downAfter: 3000 } },
    meanwhile: [
      'DEBUG SEGFAULT',
      async (lab) => {
        const pid = await lab.pid('master', 'redis');
        while (await lab.lives(pid)) await sleep(20);
        await lab.backend.heal();
      },
    ],
    failed: [
      [
        'A Sentinel sees the master down',
        /master was back and took a write \d+ ms after the fault: something starts it again/,
      ],
    ],
  },
  {
    what: 'a down-after of 5 ms, which `5s` gives',
    breakIt: async (lab) => {
      for (const { name } of lab.lab.nodes) {
        await lab.sentinel(name, 'SENTINEL', 'SET', 'mymaster', 'down-after-milliseconds', '5');
      }
    },
    failed: [
      [
        'Every Sentinel runs with the described settings',
        /down-after-milliseconds 5, described is 1000/,
      ],
    ],
  },
  {
    what: 'DEBUG refused',
    spec: { redis: { debugCommand: 'no' } },
    failed: [
      ['DEBUG SEGFAULT', /master still runs; redis-cli said: ERR DEBUG command not allowed/],
    ],
  },
  {
    what: 'a replica that announces a wrong address',
    breakIt: async (lab) => {
      await lookOften(lab);
      await lab.redis('slave1', 'CONFIG', 'SET', 'replica-announce-ip', '127.9.9.9');
      await lab.redis('slave1', 'CLIENT', 'KILL', 'TYPE', 'master');
      await sleep(2500);
    },
    failed: [
      [
        'Every Sentinel knows every server',
        /knows the Redis server 127\.9\.9\.9:6379, which is not of this lab/,
      ],
      ['Every replica follows the master', /master does not count slave1 among its replicas/],
      ['Every Sentinel is in touch with every server', /sees Redis at 127\.9\.9\.9:6379 as s_down/],
    ],
  },
  {
    what: 'books that drop entries',
    stage: { newLedger: () => new Careless() },
    failed: [['Every attempted write is accounted for', /records 40, 80.* have no entry/]],
  },
  {
    what: 'no replica that may be promoted',
    breakIt: async (lab) => {
      for (const name of ['slave1', 'slave2']) {
        await lab.redis(name, 'CONFIG', 'SET', 'replica-priority', '0');
      }
      await lookOften(lab);
      await sleep(1000);
    },
    failed: [['A replica is promoted', /-failover-abort-no-good-slave/]],
  },
  {
    what: 'a majority of Sentinels that is gone with the master',
    meanwhile: [
      'DEBUG SEGFAULT',
      async (lab) => {
        for (const name of ['slave1', 'slave2'])
          process.kill(await lab.pid(name, 'sentinel'), 'SIGKILL');
      },
    ],
    failed: [['The Sentinels agree', /the Sentinels said .*\+sdown/]],
  },
];

describe('a broken lab', function () {
  this.timeout(90_000);
  before(needsServer);
  let lab: TestLab | undefined;
  afterEach(async () => {
    await lab?.down();
    lab = undefined;
  });

  for (const { what, spec, breakIt, meanwhile, stage, failed } of CASES) {
    it(`fails: ${what}`, async () => {
      lab = await TestLab.up(spec);
      const test = lab;
      await breakIt?.(test);
      const acts: Promise<void>[] = [];
      const result = await test.play(
        'failover',
        {
          onProgress: (event) => {
            if (event.kind === 'waiting' && meanwhile && event.text.startsWith(meanwhile[0])) {
              acts.push(meanwhile[1](test));
            }
          },
        },
        stage,
      );
      await Promise.all(acts);
      expect(acts).to.have.lengthOf(meanwhile ? 1 : 0);
      expectFailure(result, failed);
    });
  }
});

function expectFailure(result: ScenarioResult, failed: Case['failed']): void {
  const wrong = result.assertions.filter(({ verdict }) => verdict === 'failed');
  const seen = JSON.stringify(wrong, null, 1);
  expect(result.verdict, result.reason ?? '').to.equal('failed');
  expect(wrong, seen).to.have.lengthOf(failed.length);
  for (const [index, [claim, cause]] of failed.entries()) {
    expect(wrong[index]?.claim).to.match(new RegExp(`^${claim}`));
    expect(wrong[index]?.seen).to.match(cause);
  }
  expect(result.reason).to.include(wrong[0]?.seen);
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
  expect(state).to.include('SENTINEL MASTER mymaster');
}
