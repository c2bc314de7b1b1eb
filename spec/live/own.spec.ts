/** Faults and scenarios of a program's own, by what the package gives to everybody. */
import { expect } from 'chai';
import {
  buildLab,
  type Claim,
  type Fault,
  type OwnScenario,
  registerFault,
  registerScenario,
} from '../../lib/index.js';
import { needsServer } from '../backends/local/support.js';
import { accepted } from '../support/accepted.js';
import { newHome } from './support/home.js';

const paused: string[] = [];

const PAUSE: Fault = {
  kind: 'pause',
  describe: 'the Redis server stands still for a moment and goes on by itself',
  target: 'service',
  needs: 'signals',
  done: 'its Redis server stood still for a moment',
  async inject(host, node) {
    await host.signal(node, 'STOP');
    expect(await host.becomes(node, 'halted', 60_000)).to.equal(true);
    paused.push(node.name);
    await host.signal(node, 'CONT');
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
    expect(running.faults).to.deep.equal(['crash', 'hang', 'pause']);
    await running.inject('pause', 'slave1');
    expect(paused).to.deep.equal(['slave1']);
    expect(await running.heal()).to.deep.equal(['slave1 will not be paused again.']);
    expect(await running.heal()).to.deep.equal([]);
    expect((await running.status()).nodes.map(({ redis }) => redis?.state)).to.deep.equal(
      Array(3).fill('running'),
    );
    const unknown = await refusal(running.inject('nap', 'slave1'));
    expect(unknown).to.include('There is no fault "nap"').and.include('crash, hang, pause');
    const elsewhere = await refusal(running.inject('partition', 'slave1'));
    expect(elsewhere)
      .to.include('The backend local cannot inject partition, only crash, hang, pause.')
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
      'There is no scenario two-masters; there are replication, failover, hanging-replica.',
    );
  });

  it('a scenario that ends the master, leaves a lab in which the next one finds nothing wrong', async () => {
    const code = 'own.another-master';
    const texts = { claim: 'Another node becomes master', expected: 'one', seen: '{node}' };
    registerScenario({
      name: 'lost-master',
      claims: () => [{ code, texts }],
      async run({ lab, master, askSentinel, inject, eventually }) {
        await inject('crash', master);
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
    const { verdict, scenarios } = await running.verify(['lost-master', 'replication']);
    expect(verdict, JSON.stringify(scenarios.map(({ reason }) => reason))).to.equal('passed');
    expect(scenarios[0]?.timeline.map(({ event }) => event)).to.include('healed');
    expect(scenarios[0]?.timeline.find(({ event }) => event === 'fault')?.atMs).to.be.within(
      0,
      1000,
    );
    const refused = await refusal(running.inject('nap', 'slave1'));
    expect(refused).to.include('There is no fault "nap"');
  });

  it('a scenario that needs what is not here, is skipped with the reason', async () => {
    registerScenario({ ...HANGING, name: 'cut-off', needs: { faults: ['partition'] } });
    registerScenario({ ...HANGING, name: 'crowd', needs: { replicas: 5 } });
    await using running = await buildLab({ name: 'own-needs' }).up();
    const { verdict, scenarios } = await running.verify(['cut-off', 'crowd']);
    expect(verdict).to.equal('skipped');
    expect(scenarios.map(({ reason }) => reason)).to.deep.equal([
      'the backend local cannot inject partition',
      'the lab has 2 of 5 replicas',
    ]);
  });

  it('has a name of its own', () => {
    expect(() => registerFault(PAUSE)).to.throw('There is a fault pause already');
    expect(() => registerFault({ ...PAUSE, kind: 'Pause it' })).to.throw('is no name for a fault');
    expect(() => registerScenario(HANGING)).to.throw('There is a scenario hanging-replica already');
    expect(() => registerScenario({ ...HANGING, name: 'X' })).to.throw('is no name for a scenario');
  });
});
