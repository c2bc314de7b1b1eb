import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import { localBackend } from '../../../lib/backends/local/index.js';
import { chooseAddressing } from '../../../lib/backends/local/ports.js';
import { Reservation } from '../../../lib/backends/local/reservation.js';
import { EXIT } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import type { LabModel } from '../../../lib/model/model.js';
import { english } from '../../support/english.js';
import { refusal } from '../../support/failure.js';
import { stateHome } from './homes.js';
import { LAB, QUIET } from './labs.js';
import { needsServer, occupy, release } from './support.js';

describe('the addresses of a lab on this machine', () => {
  before(needsServer);

  const home = stateHome();
  const made: Backend[] = [];
  const backendFor = (lab: LabModel, addressing?: 'ports') => {
    const backend = localBackend(lab, { stateHome: home, ...(addressing ? { addressing } : {}) });
    made.push(backend);
    return backend;
  };
  const labWith = (name: string, redisPort: number, sentinelPort: number) =>
    buildLab({
      name,
      redis: { port: redisPort },
      sentinel: { ...QUIET.sentinel, port: sentinelPort },
    }).model;

  afterEach(async () => {
    for (const backend of made.splice(0)) await backend.down();
  });

  for (const addressing of [undefined, 'ports'] as const) {
    it(`differ between labs that come up at the same time${addressing ? ', on one address' : ''}`, async () => {
      const backends = ['one', 'two', 'three'].map((name) =>
        backendFor(buildLab({ ...QUIET, name }).model, addressing),
      );
      const upped = await Promise.all(backends.map((backend) => backend.up({})));
      const places = upped.flatMap(({ lab }) =>
        lab.nodes.map((node) => `${node.ip}:${node.redisPort}`),
      );
      expect(new Set(places).size).to.equal(9);
      await backends[0]?.down();
      expect((await backends[1]?.status())?.state).to.equal('running');
      expect((await backends[2]?.status())?.state).to.equal('running');
    });

    it(`are none that another lab has${addressing ? ', on one address' : ''}`, async () => {
      const kind = addressing ?? 'addresses';
      const first = await chooseAddressing(LAB, kind, 'seed', []);
      if (!('kind' in first)) throw new Error(first.code);
      expect(await chooseAddressing(LAB, kind, 'seed', [])).to.deep.equal(first);
      expect(await chooseAddressing(LAB, kind, 'seed', [first])).not.to.deep.equal(first);
    });
  }

  for (const kind of ['addresses', 'ports'] as const) {
    it(`are none that somebody is about to take, whoever it is: ${kind}`, async () => {
      await using mine = new Reservation();
      await using others = new Reservation();
      const [first, second] = await Promise.all(
        [mine, others].map((reservation) =>
          chooseAddressing(LAB, kind, 'the same', [], reservation),
        ),
      );
      expect(first).to.have.property('kind', kind);
      expect(second).to.have.property('kind', kind);
      expect(second).not.to.deep.equal(first);
      await mine[Symbol.asyncDispose]();
      await others[Symbol.asyncDispose]();
      const again = await chooseAddressing(LAB, kind, 'the same', [], mine);
      expect([first, second]).to.deep.include(again);
    });
  }

  it('are missed where others are about to take all of them', async () => {
    const reservation = { take: async () => false } as unknown as Reservation;
    const lack = await chooseAddressing(LAB, 'addresses', 'seed', [], reservation);
    expect('fix' in lack && english(lack).fix).to.equal('Run the same command again in a moment.');
  });

  it('are others where one of them is taken', async () => {
    const backend = backendFor(labWith('moves', 17_379, 27_379));
    const first = await backend.up({});
    await backend.down();
    const { ip = '' } = first.lab.nodes[1] ?? {};
    await occupy(ip, 17_379);
    expect(await backend.preflight({})).to.deep.equal([]);
    const second = await backend.up({});
    expect(second.lab.nodes[1]?.ip).not.to.equal(ip);
    expect(second.started).to.have.lengthOf(6);
  });

  it('are missed where somebody listens on all: the port is named, and another offered', async () => {
    const backend = backendFor(labWith('nowhere', 17_380, 27_380));
    await occupy('0.0.0.0', 27_380);
    const [lack, ...others] = (await backend.preflight({})).map(english);
    expect(others).to.deep.equal([]);
    expect(lack?.what).to.match(/^127\.\d+\.100\.11:27380$/);
    const error = await refusal(backend.up({}));
    expect(error.exitCode).to.equal(EXIT.notReady);
    for (const text of [error.message, JSON.stringify(lack)]) {
      expect(text)
        .to.match(/127\.\d+\.100\.11:27380/)
        .and.contain('--set sentinel.port=27381');
    }
    expect((await backend.status()).state).to.equal('absent');
  });

  it('stay; one that was taken since is named, and who took it is left alone', async () => {
    const backend = backendFor(labWith('stays', 17_381, 27_381));
    const { lab } = await backend.up({});
    await backend.stop();
    const { ip = '' } = lab.nodes[2] ?? {};
    const intruder = await occupy(ip, 17_381);
    expect((await backend.preflight({})).map(({ what }) => what)).to.deep.equal([`${ip}:17381`]);
    for (const fresh of [false, true]) {
      const error = await refusal(backend.up({ fresh }));
      expect(error.exitCode).to.equal(EXIT.notReady);
      expect(error.message)
        .to.contain(`${ip}:17381`)
        .and.contain("slave2's Redis server")
        .and.contain('redis-lab down')
        .and.contain('--set redis.port=17382');
      expect((await backend.status()).state).to.equal('stopped');
    }
    expect(intruder.listening).to.equal(true);
    await release(intruder);
    expect((await backend.up({})).lab).to.deep.equal(lab);
  });

  it('are as many as a lab needs that has other nodes than the course’s', async () => {
    const { model } = buildLab({
      ...QUIET,
      name: 'odd',
      network: '10.128.0.0/12',
      nodes: [
        { role: 'master', ip: '10.129.0.11', sentinel: false },
        { ip: '10.130.0.11', sentinel: false },
        ...['10.129.0.21', '10.129.0.22', '10.129.0.23'].map((ip) => ({
          role: 'sentinel' as const,
          ip,
        })),
      ],
    });
    for (const addressing of [undefined, 'ports'] as const) {
      const backend = backendFor(model, addressing);
      const { started, lab } = await backend.up({});
      expect(started).to.deep.equal([
        'master redis',
        'slave1 redis',
        'sentinel1 sentinel',
        'sentinel2 sentinel',
        'sentinel3 sentinel',
      ]);
      const places = lab.nodes.map(
        (node) => `${node.ip}:${node.runsRedis ? node.redisPort : node.sentinelPort}`,
      );
      expect(new Set(places).size).to.equal(5);
      const crash = await refusal(backend.inject('crash', 'sentinel1'));
      expect(crash.message).to.contain('sentinel1 runs no Redis server');
      await backend.down();
    }
  });
});
