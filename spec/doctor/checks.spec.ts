/** Every check, in a place where it fires and in one where it does not, on each system where it differs. */
import { expect } from 'chai';
import { subjectOf } from '../../lib/doctor/check.js';
import { CHECKS, examine } from '../../lib/doctor/examine.js';
import { buildLab } from '../../lib/lab/lab.js';
import './cases/vagrant.js';
import './cases/provider.js';
import './cases/virtualisation.js';
import './cases/network.js';
import './cases/box.js';
import './cases/backends.js';
import './cases/room.js';
import './cases/outside.js';
import { quoted } from '../../lib/report/messages.js';
import { ram, states } from './support/cases.js';
import { appleSilicon, debian, mac, ubuntu, windows } from './support/fake-host.js';

describe('the checks', () => {
  it('have each a case in which they fire and one in which they do not', () => {
    const lacking = [...states].filter(([code, seen]) => {
      // What these say is so everywhere.
      if (code.startsWith('access')) return !seen.has('good');
      const fires = seen.has('bad') || seen.has('poor');
      // They say only what stands in the way: nobody need hear that this is Linux.
      return !fires || (!['system', 'cache', 'tried'].includes(code) && !seen.has('good'));
    });
    expect(lacking).to.deep.equal([]);
    expect([...states.keys()]).to.include.members([...CHECKS]);
  });

  it('are told of in every host by codes that have cases here', async () => {
    for (const host of [ubuntu(), debian(), mac(), appleSilicon(), windows()]) {
      // A program may have registered a backend of its own, with a check.
      const wanted = (code: string) => CHECKS.includes(code);
      const codes = (await examine(buildLab().model, { host, wanted })).map(({ code }) => code);
      expect([...states.keys()]).to.include.members(codes);
      expect(new Set(codes).size).to.equal(codes.length);
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
      // That all is well there is what nobody has seen on a Mac.
      const untested = host.platform === 'darwin' ? ['tried'] : [];
      const others = checks.filter(({ state }) => state !== 'good').map(({ code }) => code);
      expect(others).to.deep.equal(untested);
      expect(checks.length).to.be.greaterThan(14);
    });
  }

  it('are only those of the backend that was asked for', async () => {
    const lab = buildLab().model;
    const codes = async (backend: 'local' | 'incus' | 'vagrant') =>
      (await examine(lab, { host: ubuntu(), backend })).map(({ code }) => code);
    expect(await codes('local')).to.deep.equal([
      'node',
      'redis-server',
      'ports',
      'compiler',
      'access',
      'memory',
      'disk',
      'proxy',
    ]);
    expect(await codes('incus')).to.deep.equal([
      'node',
      'incus',
      'incus.addresses',
      'access.machines',
      'memory',
      'source',
      'proxy',
      'clock',
    ]);
    expect(await codes('vagrant'))
      .to.include('virtualisation')
      .and.not.to.include('incus');
  });

  it('say who gets in, also where the host has no address in the network of the lab', async () => {
    const seen = async (hostAddress: boolean) =>
      (await examine(buildLab({ incus: { hostAddress } }).model, { host: ubuntu() })).find(
        ({ code }) => code === 'access.machines',
      )?.seen.text;
    expect(await seen(true)).to.include(
      "every user of this host and of the lab's machines gets in",
    );
    expect(await seen(false)).to.include('who may use Incus or LXD');
  });

  it('of virtual machines of Incus are memory and virtualisation as well', async () => {
    const checks = await examine(buildLab({ incus: { vm: true } }).model, {
      host: debian(ram(2000, 1500)),
      backend: 'incus',
    });
    const found = checks.filter(({ state }) => state === 'bad').map(({ code }) => code);
    expect(found).to.deep.equal(['memory.machines']);
    expect(checks.map(({ code }) => code)).to.include('virtualisation');
  });

  it('that hang are told of, and the others are not lost', async () => {
    const host = ubuntu({ freePorts: () => new Promise(() => {}) });
    const checks = await examine(buildLab().model, { host, deadlineMs: 3000 });
    const late = checks.filter(({ state }) => state !== 'good');
    expect(late.map(({ code, seen }) => `${code}: ${seen.text}`)).to.deep.equal([
      'ssh-ports: could not be found out within 3 s',
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
    const say = subjectOf('code', ['local'], 'Name', 'Why.');
    expect(say.good('seen')).to.deep.equal({
      code: 'code',
      name: quoted('Name'),
      about: ['local'],
      state: 'good',
      seen: quoted('seen'),
      why: quoted('Why.'),
    });
  });
});
