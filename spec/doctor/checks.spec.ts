/** Every check, in a place where it fires and in one where it does not, on each system where it differs. */
import { expect } from 'chai';
import { subject } from '../../lib/doctor/check.js';
import { CHECKS, examine } from '../../lib/doctor/examine.js';
import { buildLab } from '../../lib/lab.js';
import './cases/vagrant.js';
import './cases/provider.js';
import './cases/virtualisation.js';
import './cases/network.js';
import './cases/box.js';
import './cases/backends.js';
import './cases/room.js';
import './cases/outside.js';
import { ram, states } from './support/cases.js';
import { appleSilicon, debian, mac, ubuntu, windows } from './support/fake-host.js';

describe('the checks', () => {
  it('have each a case in which they fire and one in which they do not', () => {
    const lacking = [...states].filter(([name, seen]) => {
      // What these say is so everywhere.
      if (/^Access/.test(name)) return !seen.has('good');
      const fires = seen.has('bad') || seen.has('poor');
      // They say only what stands in the way: nobody need hear that this is Linux.
      return !fires || (!['This system', 'Cache'].includes(name) && !seen.has('good'));
    });
    expect(lacking).to.deep.equal([]);
    expect([...states.keys()]).to.include.members([...CHECKS]);
  });

  it('are told of in every host by names that have cases here', async () => {
    for (const host of [ubuntu(), debian(), mac(), appleSilicon(), windows()]) {
      const names = (await examine(buildLab().model, { host })).map(({ name }) => name);
      expect([...states.keys()]).to.include.members(names);
      expect(new Set(names).size).to.equal(names.length);
    }
  });

  for (const [where, host] of [
    ['Ubuntu', ubuntu()],
    ['Debian', debian()],
    ['macOS', mac()],
    ['Apple Silicon', appleSilicon()],
  ] as const) {
    it(`are all good where all is well: ${where}`, async () => {
      const checks = await examine(buildLab().model, { host });
      expect(checks.filter(({ state }) => state !== 'good')).to.deep.equal([]);
      expect(checks.length).to.be.greaterThan(14);
    });
  }

  it('are only those of the backend that was asked for', async () => {
    const lab = buildLab().model;
    const names = async (backend: 'local' | 'incus' | 'vagrant') =>
      (await examine(lab, { host: ubuntu(), backend })).map(({ name }) => name);
    expect(await names('local')).to.deep.equal([
      'Node',
      'Redis server',
      'Ports',
      'Compiler',
      'Access',
      'Memory',
      'Disk',
      'Proxy',
    ]);
    expect(await names('incus')).to.deep.equal([
      'Node',
      'Incus',
      'Access to machines',
      'Memory',
      'Source of Redis',
      'Proxy',
      'Clock',
    ]);
    expect(await names('vagrant'))
      .to.include('Virtualisation')
      .and.not.to.include('Incus');
  });

  it('of virtual machines of Incus are memory and virtualisation as well', async () => {
    const checks = await examine(buildLab({ incus: { vm: true } }).model, {
      host: debian(ram(2000, 1500)),
      backend: 'incus',
    });
    const found = checks.filter(({ state }) => state === 'bad').map(({ name }) => name);
    expect(found).to.deep.equal(['Memory of machines']);
    expect(checks.map(({ name }) => name)).to.include('Virtualisation');
  });

  it('that hang are told of, and the others are not lost', async () => {
    const host = ubuntu({ freePorts: () => new Promise(() => {}) });
    const checks = await examine(buildLab().model, { host, deadlineMs: 3000 });
    const late = checks.filter(({ state }) => state !== 'good');
    expect(late.map(({ name, seen }) => `${name}: ${seen}`)).to.deep.equal([
      'SSH ports: could not be found out within 3 s',
    ]);
  });

  it('end when they are told to', async () => {
    const stop = new AbortController();
    const host = ubuntu({ freePorts: () => new Promise(() => {}) });
    const looking = examine(buildLab().model, { host, signal: stop.signal });
    stop.abort(new Error('enough'));
    const error = await looking.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).to.equal('enough');
  });

  it('say what they are about', () => {
    const say = subject('Name', ['local'], 'Why.');
    expect(say.good('seen')).to.deep.equal({
      name: 'Name',
      about: ['local'],
      state: 'good',
      seen: 'seen',
      why: 'Why.',
    });
  });
});
