/** Faults, scenarios and a backend of a program's own, by what the package gives to everybody. */
import path from 'node:path';
import { expect } from 'chai';
import { findServer } from '../../lib/backends/local/server.js';
import {
  buildLab,
  type Claim,
  type Fault,
  listLabs,
  type OwnScenario,
  registerBackend,
  registerFault,
  registerScenario,
} from '../../lib/index.js';
import { INCIDENT_NAMES, SCENARIO_NAMES } from '../../lib/scenarios/names.js';
import { needsServer } from '../backends/local/support.js';
import { accepted } from '../support/accepted.js';
import { newHome } from './support/home.js';
import { ownBackend } from './support/own-backend.js';

const paused: string[] = [];

const PAUSE: Fault = {
  kind: 'pause',
  describe: 'the Redis server stands still for a moment and goes on by itself',
  target: 'redis',
  needs: 'signals',
  done: 'its Redis server stood still for a moment',
  async inject(host, node) {
    await host.signal(node, 'redis', 'STOP');
    expect(await host.becomes(node, 'redis', 'halted', 60_000)).to.equal(true);
    paused.push(node.name);
    await host.signal(node, 'redis', 'CONT');
  },
  async undo(_host, node) {
    const was = paused.indexOf(node.name);
    if (was < 0) return undefined;
    paused.splice(was, 1);
    return `${node.name} will not be paused again.`;
  },
};

const SILENT: Claim = {
  code: 'own.silent',
  texts: { claim: 'A replica that hangs answers nobody', expected: 'nothing', seen: '{answer}' },
};
const LISTED: Claim = {
  code: 'own.listed',
  texts: {
    claim: 'The master lists its replicas meanwhile',
    expected: 'all of them',
    seen: '{each}',
    each: '{node} is there',
  },
};

const HANGING: OwnScenario = {
  name: 'hanging-replica',
  needs: { replicas: 1, faults: ['hang'] },
  claims: () => [SILENT, LISTED],
  async run({ lab, master, ask, inject, eventually, found, tell }) {
    const replicas = lab.nodes.map(({ name }) => name).filter((name) => name !== master);
    await inject('hang', String(replicas[0]));
    await eventually(SILENT, { withinMs: 60_000 }, async () => {
      const answer = await ask(String(replicas[0]), 'PING').catch(() => 'nothing');
      const holds = answer === 'nothing';
      return { holds, seen: holds ? { answer } : `${answer}, after it was told to stand still` };
    });
    tell('program', 'looked', 'at the replica');
    const [, , listed] = (await ask(master, 'ROLE')) as [string, number, readonly string[][]];
    const holds = listed.length === replicas.length;
    const each = replicas.map((node) => ({ node }));
    found(LISTED, holds, holds ? { each } : `${listed.length} of ${replicas.length}`);
  },
};

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );
}

describe('what a program adds', function () {
  this.timeout(300_000);
  const home = newHome();
  const usual = process.env['XDG_STATE_HOME'];
  before(async function () {
    await needsServer.call(this);
    process.env['XDG_STATE_HOME'] = home.env['XDG_STATE_HOME'];
  });
  after(() => {
    if (usual === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = usual;
  });

  it('a fault, is known once it is registered, is injected, and is named with the others', async () => {
    registerFault(PAUSE);
    await using running = await buildLab({ name: 'own-fault' }).up();
    expect(running.faults).to.deep.equal([
      'crash',
      'restart',
      'hang',
      'stall',
      'freeze',
      'save-fails',
      'sentinel-hang',
      'sentinel-end',
      'sentinel-save-fails',
      'clock-jump',
      'pause',
    ]);
    await running.inject('pause', 'slave1');
    expect(paused).to.deep.equal(['slave1']);
    expect(await running.heal()).to.deep.equal(['slave1 will not be paused again.']);
    expect(await running.heal()).to.deep.equal([]);
    expect((await running.status()).nodes.map(({ redis }) => redis?.state)).to.deep.equal(
      Array(3).fill('running'),
    );
    const unknown = await refusal(running.inject('nap', 'slave1'));
    expect(unknown)
      .to.include('There is no fault "nap"')
      .and.include(
        'crash, restart, hang, stall, freeze, save-fails, sentinel-hang, sentinel-end, sentinel-save-fails, clock-jump, pause',
      );
    const elsewhere = await refusal(running.inject('partition', 'slave1'));
    expect(elsewhere)
      .to.include(
        'The backend local cannot inject partition, only crash, restart, hang, stall, freeze, save-fails, sentinel-hang, sentinel-end, sentinel-save-fails, clock-jump, pause.',
      )
      .and.include('incus or vagrant can');
  });

  it('a scenario, is run like one of ours, and what it broke is mended', async () => {
    registerScenario(HANGING);
    await using running = await buildLab({ name: 'own-scenario' }).up();
    const result = await running.verify(['hanging-replica']);
    const [scenario] = result.scenarios;
    expect(scenario?.verdict, scenario?.reason ?? '').to.equal('passed');
    expect(scenario?.fault?.kind).to.equal('hang');
    const [silent, listed] = scenario?.assertions.slice(-2) ?? [];
    expect(silent).to.include({ code: 'own.silent', seen: 'nothing' });
    expect(listed).to.include({ code: 'own.listed' });
    expect(listed?.seen).to.match(/^\w+ is there, \w+ is there$/);
    expect(scenario?.timeline.map(({ event }) => event)).to.include.members(['fault', 'looked']);
    for (const lang of ['en', 'id']) accepted(result, lang);
    expect((await running.status()).nodes.map(({ redis }) => redis?.state)).to.deep.equal(
      Array(3).fill('running'),
    );
    expect(await refusal(running.verify(['two-masters']))).to.include(
      `There is no scenario two-masters; there are ${[...SCENARIO_NAMES, ...INCIDENT_NAMES].join(', ')}, hanging-replica.`,
    );
  });

  it('a scenario that ends the master, leaves a lab in which the next one finds nothing wrong', async () => {
    const code = 'own.another-master';
    const texts = { claim: 'Another node becomes master', expected: 'one', seen: '{node}' };
    registerScenario({
      name: 'lost-master',
      claims: () => [{ code, texts }],
      async run({ lab, master, askSentinel, inject, eventually, startClient, measured }) {
        await startClient();
        await inject('crash', master);
        expect(() => measured({ outageMs: -1, ledgers: [] } as object)).to.throw(
          TypeError,
          /outageMs: .*ledgers: /,
        );
        const fallen = lab.nodes.find(({ name }) => name === master);
        await eventually({ code, texts }, { withinMs: 120_000, everyMs: 100 }, async () => {
          const said = await askSentinel(
            master,
            'SENTINEL',
            'GET-MASTER-ADDR-BY-NAME',
            lab.sentinel.masterName,
          );
          const node = lab.nodes.find(({ ip }) => ip === String((said as string[])[0]));
          const holds = node !== undefined && node.ip !== fallen?.ip;
          return { holds, seen: holds ? { node: node.name } : `it is still ${master}` };
        });
      },
    });
    await using running = await buildLab({ name: 'own-master' }).up();
    const result = await running.verify(['lost-master', 'replication']);
    const { verdict, scenarios } = result;
    expect(verdict, JSON.stringify(scenarios.map(({ reason }) => reason))).to.equal('passed');
    expect(scenarios[0]?.timeline.map(({ event }) => event)).to.include('healed');
    const [lost] = scenarios;
    expect(lost?.fault).to.deep.equal({ kind: 'crash', node: lost?.master });
    expect(lost?.promotion?.from).to.equal(lost?.master);
    expect(lost?.outageMs).to.be.at.least(5000);
    expect(lost?.phases.find(({ name }) => name === 'detection')?.ms).to.be.at.least(5000);
    expect(lost?.ledger?.refused).to.be.above(0);
    expect(lost?.timeline.find(({ event }) => event === 'fault')?.atMs).to.be.within(-5000, 0);
    for (const lang of ['en', 'id']) accepted(result, lang);
    const refused = await refusal(running.inject('nap', 'slave1'));
    expect(refused).to.include('There is no fault "nap"');
  });

  it('a scenario that needs what is not here, is skipped with the reason', async () => {
    registerScenario({ ...HANGING, name: 'cut-off', needs: { faults: ['partition'] } });
    registerScenario({ ...HANGING, name: 'crowd', needs: { replicas: 5 } });
    await using running = await buildLab({ name: 'own-needs' }).up();
    const { verdict, scenarios } = await running.verify(['cut-off', 'crowd']);
    expect(verdict).to.equal('skipped');
    const [cutOff, crowd] = scenarios.map(({ reason }) => reason);
    // Some systems give this user no network of its own.
    expect(cutOff).to.match(
      /^the backend local cannot inject partition; local c(?:an|ould) in a network of its own.*; vagrant, incus can$/,
    );
    expect(crowd).to.equal('the lab has 2 of 5 replicas');
  });

  it('a backend, is taken by its name, found again without it, verified, broken, healed and taken down', async () => {
    const program = await findServer(buildLab().model);
    if (!program) throw new Error('there is a server here');
    registerBackend(ownBackend(path.join(home.folder, 'state', 'bare'), program));
    const lab = buildLab({ name: 'own-backend' });
    try {
      const running = await lab.up({ backend: 'bare' });
      expect(running).to.include({ backend: 'bare', started: true });
      expect(running.faults).to.deep.equal([
        'crash',
        'hang',
        'stall',
        'freeze',
        'sentinel-hang',
        'sentinel-end',
        'pause',
      ]);
      expect(await running.status()).to.include({ backend: 'bare', state: 'running', ready: true });
      const listed = { name: 'own-backend', backend: 'bare', state: 'running', problem: null };
      expect((await listLabs()).labs).to.deep.include({ ...listed, folder: null, set: [] });

      // Whoever names no backend gets the one that has the lab.
      const found = await lab.attach();
      expect(found.backend).to.equal('bare');
      const { verdict, scenarios } = await found.verify(['replication', 'hanging-replica']);
      expect(verdict, JSON.stringify(scenarios.map(({ reason }) => reason))).to.equal('passed');
      await found.inject('crash', 'slave2');
      expect((await found.status()).state).to.equal('partial');
      expect(await found.heal()).to.deep.equal(['slave2 redis was started.']);
      await found.ready();
      expect(await refusal(found.inject('power-off', 'slave1'))).to.include(
        'The backend bare cannot inject power-off, only crash, hang, stall, freeze, sentinel-hang, sentinel-end, pause. The backend incus or vagrant can',
      );
      expect(await refusal(lab.up({ backend: 'bear' }))).to.include(
        'There is no backend "bear"; there are local, incus, vagrant, bare.',
      );
    } finally {
      expect(await (await lab.attach({ backend: 'bare' })).down()).to.have.lengthOf(6);
    }
    expect((await listLabs()).labs).to.deep.equal([]);
    expect((await lab.attach()).backend).to.equal('local');
  });

  it('has a name of its own', () => {
    const bare = { name: 'bare', describe: '', create: () => expect.fail('it is not made') };
    expect(() => registerBackend(bare)).to.throw('There is a backend bare already');
    expect(() => registerBackend({ ...bare, name: 'local' })).to.throw('There is a backend local');
    for (const name of ['auto', 'My own']) {
      expect(() => registerBackend({ ...bare, name })).to.throw('is no name for a backend');
    }
    expect(() => registerFault(PAUSE)).to.throw('There is a fault pause already');
    expect(() => registerFault({ ...PAUSE, kind: 'Pause it' })).to.throw('is no name for a fault');
    expect(() => registerScenario(HANGING)).to.throw('There is a scenario hanging-replica already');
    expect(() => registerScenario({ ...HANGING, name: 'X' })).to.throw('is no name for a scenario');
  });
});
