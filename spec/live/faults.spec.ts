/** Faults of a program's own, by what the package gives to everybody; and what is said where one cannot be injected. */
import { expect } from 'chai';
import { buildLab, type Fault, registerFault } from '../../lib/index.js';
import { needsServer } from '../backends/local/support.js';
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
};

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );
}

describe('a fault of a program', function () {
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

  it('is known once it is registered, is injected, and is named with the others', async () => {
    registerFault(PAUSE);
    await using running = await buildLab({ name: 'own-fault' }).up();
    expect(running.faults).to.deep.equal(['crash', 'hang', 'pause']);
    await running.inject('pause', 'slave1');
    expect(paused).to.deep.equal(['slave1']);
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

  it('has a name of its own', () => {
    expect(() => registerFault(PAUSE)).to.throw('There is a fault pause already');
    expect(() => registerFault({ ...PAUSE, kind: 'Pause it' })).to.throw('is no name for a fault');
  });
});
