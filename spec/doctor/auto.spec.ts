/** What `auto` takes, what it says of it, and what it does not wait for. */
import { expect } from 'chai';
import { autoBackend } from '../../lib/doctor/auto.js';
import type { Host } from '../../lib/doctor/host.js';
import { buildLab } from '../../lib/lab/lab.js';
import { nothing, ram } from './support/cases.js';
import { debian, failed, mac, type Told, ubuntu, windows } from './support/fake-host.js';

const LAB = buildLab().model;
const NO_INCUS: Told = {
  incus: [{ code: 'incus', what: 'Incus', seen: 'no', fix: 'Install it.' }],
};
const NO_SERVER: Told = {
  local: [{ code: 'redis-server', what: 'Redis server', seen: 'no', fix: 'Install it.' }],
};
const MACHINES = 'To get virtual machines: redis-lab doctor --backend vagrant';
const LOCAL = `processes of this machine, as neither Vagrant nor Incus works here yet. ${MACHINES}`;
const INCUS = `system containers, as Vagrant does not work here yet. ${MACHINES}`;

const choices: readonly (readonly [where: string, host: Host, backend: string, why: string])[] = [
  ['VirtualBox', ubuntu(), 'vagrant', 'virtual machines (virtualbox: it is here)'],
  ['libvirt', debian(), 'vagrant', 'virtual machines (libvirt: Vagrant has its plugin)'],
  [
    'Vagrant and Incus',
    ubuntu({ incus: [] }),
    'vagrant',
    'virtual machines (virtualbox: it is here)',
  ],
  ['Incus alone', ubuntu(nothing('incus')), 'incus', INCUS],
  ['Vagrant without a provider', ubuntu(nothing('vagrant', 'incus', 'ssh')), 'incus', INCUS],
  [
    'Vagrant that does not run',
    ubuntu({ ...NO_INCUS, programs: { vagrant: { '': failed('ruby: not found', 127) } } }),
    'local',
    LOCAL,
  ],
  ['too little memory for machines', ubuntu({ ...ram(3000, 2000), ...NO_INCUS }), 'local', LOCAL],
  [
    'a Vagrant that the backend does not find',
    ubuntu({
      vagrant: [
        { code: 'vagrant', what: 'Vagrant', seen: 'not on the PATH', fix: 'Put it there.' },
      ],
    }),
    'incus',
    INCUS,
  ],
  [
    'an Incus that hangs',
    ubuntu({ ...nothing('incus'), incus: { silent: 'no answer' } }),
    'local',
    LOCAL,
  ],
  ['nothing', ubuntu({ ...nothing(), ...NO_INCUS }), 'local', LOCAL],
  // `up` says how to get one, or gets it.
  ['not even a Redis server', ubuntu({ ...nothing(), ...NO_INCUS, ...NO_SERVER }), 'local', LOCAL],
  ['a Mac with nothing', mac({ ...nothing(), ...NO_INCUS }), 'local', LOCAL],
  [
    'Windows with nothing, where no process would run',
    windows({ ...nothing(), ...NO_INCUS }),
    'vagrant',
    'virtual machines, as there is no Redis server for Windows',
  ],
];

describe('auto', () => {
  for (const [where, host, backend, why] of choices) {
    it(`takes ${backend}: ${where}`, async () => {
      const chosen = await autoBackend(LAB, { host });
      expect({ ...chosen, why: chosen.why.text }).to.deep.equal({ backend, why });
    });
  }

  it('asks for nothing else of a machine without Vagrant than whether Incus answers', async () => {
    const asked: string[] = [];
    const { lacks } = ubuntu(NO_INCUS);
    const host = ubuntu({
      ...nothing(),
      lacks: async (backend, lab) => {
        asked.push(backend);
        return lacks(backend, lab);
      },
      run: async (program) => Promise.reject(new Error(`asked ${program}`)),
      reach: async (url) => Promise.reject(new Error(`asked ${url}`)),
    });
    expect((await autoBackend(LAB, { host })).backend).to.equal('local');
    expect(asked).to.deep.equal(['incus']);
  });

  it('does not wait for what is slow once something is bad', async () => {
    const never = new Promise<never>(() => {});
    const host = ubuntu({
      ...ram(1000, 500),
      ...NO_INCUS,
      run: async () => never,
      freePorts: async () => never,
    });
    // Each of these alone would take the 20 s of a check.
    expect((await autoBackend(LAB, { host })).backend).to.equal('local');
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const host = ubuntu({ freePorts: async () => new Promise<never>(() => {}) });
    const choosing = autoBackend(LAB, { host, signal: stop.signal });
    stop.abort(new Error('enough'));
    const error = await choosing.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).to.equal('enough');
  });
});
