import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import type { NodeModel } from '../../../lib/model/model.js';
import {
  type Endpoint,
  endpointText,
  redisEndpoint,
  sentinelEndpoint,
} from '../../../lib/redis-view/endpoints.js';
import type { RedisView } from '../../../lib/redis-view/redis-view.js';
import type { SentinelView, Watched } from '../../../lib/redis-view/sentinel-view.js';
import { agreedMaster, flawsOf, type Processes } from '../../../lib/verify/health.js';
import type { Observation } from '../../../lib/verify/observe.js';

const lab = buildLab().model;
const [master, slave1, slave2] = lab.nodes as [NodeModel, NodeModel, NodeModel];

type Deviation<T> = Partial<T> | { readonly silent: string; readonly refusal?: string };
interface Deviations {
  readonly redis?: Readonly<Record<string, Deviation<RedisView>>>;
  readonly sentinel?: Readonly<Record<string, Deviation<SentinelView>>>;
  /** `SENTINEL-NODE host:port` that no PONG came from. */
  readonly unheard?: readonly string[];
}

/** A lab in which all is well but for what is said. */
function seen({ redis = {}, sentinel = {}, unheard = [] }: Deviations = {}): Observation {
  const answered = new Set<string>();
  const nodes = lab.nodes.map((node) => {
    const others = lab.nodes.filter((each) => each !== node);
    for (const each of lab.nodes) {
      for (const place of [redisEndpoint(each), sentinelEndpoint(each)]) {
        answered.add(`${node.name} ${endpointText(place)}`);
      }
    }
    const server: RedisView = {
      role: node === master ? 'master' : 'replica',
      follows: node === master ? undefined : redisEndpoint(master),
      linkUp: node !== master,
      lagSeconds: 0,
      readOnly: true,
      priority: node === master ? undefined : 100,
      offset: 1,
      replicas: node === master ? [slave1, slave2].map(redisEndpoint) : [],
      version: '8.2.8',
      runId: node.name,
      loading: undefined,
      syncing: false,
      refuses: undefined,
      unwritable: undefined,
      unsaved: undefined,
    };
    const view: SentinelView = {
      master: watched(redisEndpoint(master), 'master'),
      replicas: [slave1, slave2].map((each) => watched(redisEndpoint(each), 'slave')),
      sentinels: others.map((each) => watched(sentinelEndpoint(each), 'sentinel')),
      quorum: 2,
      downAfterMs: 5000,
      failoverTimeoutMs: 10_000,
      parallelSyncs: 1,
      ckquorum: { ok: true, text: 'OK 3 usable Sentinels' },
      tilt: false,
      configEpoch: 0,
    };
    const apply = <T>(whole: T, deviation: Deviation<T> = {}) =>
      'silent' in deviation
        ? { silent: String(deviation.silent), refusal: deviation.refusal }
        : { view: { ...whole, ...deviation } };
    return {
      node,
      redis: apply(server, redis[node.name]),
      sentinel: apply(view, sentinel[node.name]),
    };
  });
  for (const each of unheard) answered.delete(each);
  return { nodes, answered };
}

function refusing(refusal: string) {
  return { silent: refusal, refusal };
}

function watched(endpoint: Endpoint, ...flags: string[]): Watched {
  return { endpoint, flags, answered: true, runId: 'known' };
}

const flaws = (deviations: Deviations, there?: Processes) =>
  flawsOf(lab, seen(deviations), there).map(({ aspect, code, text }) => {
    expect(code).to.match(new RegExp(`^${aspect}\\.`));
    return `${aspect}: ${text}`;
  });

const elsewhere = { host: '10.9.9.9', port: 637 };

describe('a look at a lab', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(flaws({})).to.deep.equal([]);
    expect(agreedMaster(lab, seen())).to.equal(master);
  });

  const CASES: readonly (readonly [Deviations, readonly string[]])[] = [
    [
      { redis: { slave1: { silent: 'ECONNREFUSED' } } },
      ['servers: Redis on slave1 does not answer: ECONNREFUSED'],
    ],
    [
      { redis: { slave1: { loading: { percent: 12, etaSeconds: 40 }, refuses: 'LOADING …' } } },
      ['servers: Redis on slave1 is still loading its data: 12 %, about 40 s to go'],
    ],
    [
      { sentinel: { slave2: { silent: 'Command timed out' } } },
      ['servers: Sentinel on slave2 does not answer: Command timed out'],
    ],
    [
      { sentinel: { master: { quorum: 3 } } },
      ['settings: Sentinel on master runs with quorum 3, described is 2'],
    ],
    [
      { sentinel: { master: { downAfterMs: 5 } } },
      ['settings: Sentinel on master runs with down-after-milliseconds 5, described is 5000'],
    ],
    [
      { sentinel: { slave1: { failoverTimeoutMs: 180_000 } } },
      ['settings: Sentinel on slave1 runs with failover-timeout 180000, described is 10000'],
    ],
    [
      { sentinel: { slave2: { parallelSyncs: 2 } } },
      ['settings: Sentinel on slave2 runs with parallel-syncs 2, described is 1'],
    ],
    [
      { sentinel: { slave1: { tilt: true } } },
      ['quorum: Sentinel on slave1 is in TILT: for 30 s it does not fail over'],
    ],
    [
      { sentinel: { slave1: { ckquorum: { ok: false, text: 'NOQUORUM 1 usable' } } } },
      ['quorum: Sentinel on slave1: NOQUORUM 1 usable'],
    ],
    [{ redis: { slave2: { linkUp: false } } }, ['links: The link of slave2 to master is down']],
    [
      { redis: { slave2: { linkUp: false, syncing: true } } },
      ['links: slave2 is taking all data from master'],
    ],
    [
      { redis: { slave2: { follows: elsewhere } } },
      ['links: slave2 follows 10.9.9.9:637, which is not of this lab, and the master is master'],
    ],
    [
      { redis: { master: { replicas: [redisEndpoint(slave1)] } } },
      ['links: master does not count slave2 among its replicas'],
    ],
    [
      { redis: { master: { replicas: [slave1, slave2].map(redisEndpoint).concat(elsewhere) } } },
      [
        'links: master counts 10.9.9.9:637 among its replicas, which is not of this lab: look at replica-announce-ip',
      ],
    ],
    [
      { redis: { slave2: { follows: redisEndpoint(slave1) } } },
      ['links: slave2 follows slave1, and the master is master'],
    ],
    [
      { redis: { master: { role: 'replica', follows: redisEndpoint(master), linkUp: true } } },
      ['master: master is a replica, and the Sentinels take it for the master'],
    ],
    [
      {
        sentinel: {
          slave2: { master: watched(redisEndpoint(master), 'master', 's_down', 'o_down') },
        },
      },
      ['master: Sentinel on slave2 sees the master as master,s_down,o_down'],
    ],
    [
      {
        sentinel: {
          slave2: {
            replicas: [
              watched(redisEndpoint(slave1), 'slave', 's_down', 'disconnected'),
              watched(redisEndpoint(slave2), 'slave'),
            ],
          },
        },
      },
      ['contact: Sentinel on slave2 sees Redis at slave1 as s_down,disconnected'],
    ],
    [
      {
        sentinel: {
          slave2: {
            replicas: [
              watched(redisEndpoint(slave1), 'slave'),
              { ...watched(redisEndpoint(slave2), 'slave'), runId: '' },
            ],
          },
        },
      },
      ['contact: Sentinel on slave2 has had no INFO of Redis at slave2'],
    ],
    [
      { redis: { slave1: { role: 'master', follows: undefined } } },
      [
        'master: slave1 takes itself for a master, and the Sentinels name master; a Sentinel waits 4 publish periods (8 s) and for the next INFO (up to 10 s) before it makes a replica of it',
      ],
    ],
    [
      { unheard: [`slave1 ${endpointText(redisEndpoint(slave2))}`] },
      ['contact: Sentinel on slave1 has had no PONG of Redis at slave2'],
    ],
    [
      { unheard: [`slave1 ${endpointText(sentinelEndpoint(slave2))}`] },
      [
        `contact: Sentinel on slave1 has had no PONG of the Sentinel ${endpointText(sentinelEndpoint(slave2))}`,
      ],
    ],
  ];
  for (const [deviations, expected] of CASES) {
    it(`says: ${expected[0]}`, () => {
      expect(flaws(deviations)).to.deep.equal(expected);
    });
  }

  /** As servers say it, each where it refuses: PING of all, a write of a master, everything. */
  const REFUSALS: readonly (readonly [code: string, Deviations])[] = [
    [
      'servers.redis-unsaved',
      {
        redis: { master: { refuses: 'MISCONF Redis is configured to save RDB snapshots, but …' } },
      },
    ],
    [
      'servers.redis-unsaved',
      { redis: { slave1: { refuses: 'MISCONF Errors writing to the AOF file: No space left' } } },
    ],
    ['servers.redis-stale', { redis: { slave1: { refuses: 'MASTERDOWN Link with MASTER …' } } }],
    ['servers.redis-locked', { redis: { slave1: { refuses: "NOPERM … the 'ping' command" } } }],
    ['servers.redis-refuses', { redis: { slave1: { refuses: 'ERR max number of clients' } } }],
    ['servers.redis-full', { redis: { master: { unwritable: "OOM … > 'maxmemory'." } } }],
    ['servers.redis-alone', { redis: { master: { unwritable: 'NOREPLICAS Not enough good …' } } }],
    ['servers.redis-unwritable', { redis: { master: { unwritable: 'Command timed out' } } }],
    ['servers.redis-busy', { redis: { slave1: refusing('BUSY Redis is busy running a script.') } }],
    ['servers.redis-locked', { redis: { slave1: refusing('NOAUTH Authentication required.') } }],
    ['servers.redis-locked', { redis: { slave1: refusing('WRONGPASS invalid username-…') } }],
    ['servers.redis-refuses', { redis: { slave1: refusing('DENIED Redis is running in …') } }],
    ['servers.sentinel-locked', { sentinel: { slave1: refusing('NOAUTH Authentication …') } }],
    ['servers.sentinel-refuses', { sentinel: { slave1: refusing('ERR No such master …') } }],
  ];
  for (const [code, deviations] of REFUSALS) {
    it(`takes for ${code}: ${JSON.stringify(deviations)}`, () => {
      const [first] = flawsOf(lab, seen(deviations));
      expect(first).to.include({ code, aspect: 'servers' });
      const said = Object.values({ ...deviations.redis, ...deviations.sentinel })[0] as object;
      expect(Object.values(said)).to.include(first?.values['said']);
    });
  }

  it('says of what refuses PING no more that a Sentinel has had no PONG of it', () => {
    const unheard = [`slave2 ${endpointText(redisEndpoint(slave1))}`];
    for (const slave of [{ refuses: 'MISCONF …' }, refusing('BUSY …')]) {
      expect(flaws({ redis: { slave1: slave }, unheard })).to.have.lengthOf(1);
    }
  });

  it('says of what is silent that it does not run, or stands still, where that is known', () => {
    const silent = { silent: 'ECONNREFUSED' };
    const services = (['stopped', 'hung', 'running'] as const).map((state, i) => ({
      node: lab.nodes[i]?.name ?? '',
      service: 'redis' as const,
      state,
      pid: undefined,
    }));
    const redis = { master: silent, slave1: silent, slave2: silent };
    const found = flaws(
      { redis },
      { services, filtering: [{ fault: 'partition', node: 'slave2', packets: 7 }] },
    );
    expect(found.filter((text) => text.startsWith('servers:'))).to.deep.equal([
      'servers: Redis on master does not run',
      'servers: Redis on slave1 stands still',
      'servers: Redis on slave2 does not answer: ECONNREFUSED',
      'servers: slave2 is cut off from other nodes',
    ]);
  });

  it('says that nobody is left to name the master', () => {
    const silent = { silent: 'ECONNREFUSED' };
    const found = flaws({ sentinel: { master: silent, slave1: silent, slave2: silent } });
    expect(found.filter((text) => !text.startsWith('servers:'))).to.deep.equal([
      'master: No Sentinel answers: the master is not known',
    ]);
  });

  it('says that all Sentinels name somebody who is not of the lab', () => {
    const other = { master: watched(elsewhere, 'master') };
    const found = flaws({ sentinel: { master: other, slave1: other, slave2: other } });
    expect(found).to.include(
      'master: The Sentinels do not name one node of the lab as master: master says 10.9.9.9:637, slave1 says 10.9.9.9:637, slave2 says 10.9.9.9:637',
    );
  });

  it('says that Sentinels disagree', () => {
    const view = seen().nodes[0]?.sentinel;
    if (!view || !('view' in view)) throw new Error('no view');
    const other = { ...view.view.master, endpoint: redisEndpoint(slave1) };
    const [first] = flaws({ sentinel: { slave2: { master: other } } }).filter((text) =>
      text.startsWith('master:'),
    );
    expect(first).to.equal(
      'master: The Sentinels do not name one node of the lab as master: master says master, slave1 says master, slave2 says slave1',
    );
  });

  it('says what a Sentinel does not know, and what it should not', () => {
    const places = [slave1].map((each) => ({
      endpoint: redisEndpoint(each),
      flags: ['slave'],
      answered: true,
      runId: 'x',
    }));
    const foreign = { endpoint: elsewhere, flags: ['slave'], answered: true, runId: 'x' };
    const found = flaws({ sentinel: { master: { replicas: [...places, foreign] } } });
    expect(found).to.include.members([
      'members: Sentinel on master does not know the Redis server of slave2 at 192.168.100.13:6379',
      'members: Sentinel on master knows the Redis server 10.9.9.9:637, which is not of this lab',
    ]);
  });
});
