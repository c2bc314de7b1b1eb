/** What stands in the way of `up`: what the backend says, and what the doctor sees besides, each once. */
import { expect } from 'chai';
import type { Lack } from '../../lib/backends/backend.js';
import type { BackendName } from '../../lib/backends/registry.js';
import { beforeUp } from '../../lib/doctor/before-up.js';
import type { Host } from '../../lib/doctor/host.js';
import { NotReadyHereError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { inEnglish } from '../../lib/report/messages.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { nothing, ram, vagrant, vbox } from './support/cases.js';
import { hung, ubuntu, windows } from './support/fake-host.js';
import * as recorded from './support/recorded.js';

const SERVER: Lack = {
  code: 'redis-server',
  what: 'A Redis server',
  seen: 'there is none',
  fix: 'Install it.',
};
const FULL = { freeMb: () => 10 };

const look = async (
  backend: BackendName,
  host: Host,
  { own = [], spec = {} }: { readonly own?: readonly Lack[]; readonly spec?: LabSpec } = {},
) => beforeUp(buildLab(spec).model, backend, async () => own, { host });
const names = (lacks: readonly Lack[]) => lacks.map(({ what }) => inEnglish(what));

describe('before up', () => {
  for (const backend of ['local', 'incus', 'vagrant'] as const) {
    it(`has nothing to say where all is well: ${backend}`, async () => {
      expect(await look(backend, ubuntu())).to.deep.equal({ lacks: [], note: undefined });
    });

    it(`tells what the backend itself lacks, once: ${backend}`, async () => {
      // The checks that ask the backend would say it a second time.
      const host = ubuntu({ local: [SERVER], incus: [SERVER], vagrant: [SERVER] });
      const { lacks } = await look(backend, host, { own: [SERVER] });
      expect(lacks).to.deep.equal([SERVER]);
    });
  }

  it('tells what both see together', async () => {
    const { lacks } = await look('local', ubuntu(FULL), { own: [SERVER] });
    expect(names(lacks)).to.deep.equal(['A Redis server', 'Disk']);
    expect(inEnglish(lacks[1]?.fix ?? '')).to.include('XDG_STATE_HOME');
  });

  it('leaves Vagrant, its provider and ssh to the checks, which know the ways of the system', async () => {
    const own = [
      { code: 'vagrant', what: 'Vagrant' },
      { code: 'ssh', what: 'ssh' },
      { code: 'provider', what: 'A provider of virtual machines' },
    ].map((lack) => ({
      ...lack,
      seen: 'not on the PATH',
      fix: 'A page.',
    }));
    const { lacks } = await look('vagrant', windows(nothing('powershell', 'route')), { own });
    expect(names(lacks)).to.deep.equal(['Vagrant', 'Provider', 'ssh']);
    expect(inEnglish(lacks[0]?.fix ?? '')).to.include('winget install');
    // One that the doctor found elsewhere is not where the backend looks.
    const all = await look('vagrant', ubuntu(ram(1000, 500)), { own });
    expect(names(all.lacks)).to.deep.equal([...names(own), 'Memory of machines']);
  });

  it('keeps what can be mended', async () => {
    const { lacks } = await look('vagrant', ubuntu({ files: { '/etc/vbox/networks.conf': '' } }));
    expect(names(lacks)).to.deep.equal(['VirtualBox networks']);
    expect(inEnglish(lacks[0]?.remedy?.describe ?? '')).to.include('/etc/vbox/networks.conf');
  });

  it('stops nobody for what could be better, and counts it', async () => {
    const little = ubuntu(ram(16_000, 100));
    const one = await look('local', little);
    expect(one.lacks).to.deep.equal([]);
    expect(one.note).to.deep.include({
      code: 'note.better-one',
      values: { count: 1, doctor: 'redis-lab doctor --backend local' },
    });
    const both = ubuntu({ ...ram(16_000, 100), env: { HTTPS_PROXY: 'http://proxy:3128' } });
    const two = await look('incus', both);
    expect(two.lacks).to.deep.equal([]);
    expect(two.note?.text).to.equal(
      '2 things could be better here: redis-lab doctor --backend incus',
    );
  });

  it('stops nobody for a question that had no time', async () => {
    for (const programs of [
      vagrant({ '--version': hung('vagrant', 10) }),
      vbox(hung('VBoxManage', 10)),
    ]) {
      const { lacks, note } = await look('vagrant', ubuntu({ programs }));
      expect(lacks).to.deep.equal([]);
      expect(note?.values).to.deep.include({ doctor: 'redis-lab doctor --backend vagrant' });
    }
  });

  it('asks nobody elsewhere whom the download asks anyway', async () => {
    const reach = async (url: string) => Promise.reject(new Error(`asked ${url}`));
    for (const backend of ['local', 'incus', 'vagrant'] as const) {
      expect((await look(backend, ubuntu({ reach }))).lacks).to.deep.equal([]);
    }
  });

  it('does not speak of what up does not need', async () => {
    const host = ubuntu({ tools: ['cc'], env: { HTTPS_PROXY: 'http://proxy:3128' } });
    expect((await look('local', host)).note).to.equal(undefined);
    expect((await look('incus', host)).note?.code).to.equal('note.better-one');
  });

  it('leaves it to the server of Incus whether it runs virtual machines', async () => {
    const host = ubuntu({ files: { '/proc/cpuinfo': recorded.GUEST } });
    expect((await look('incus', host, { spec: { incus: { vm: true } } })).lacks).to.deep.equal([]);
  });

  it('ends with the backend, when that fails', async () => {
    const host = ubuntu({ freePorts: async () => new Promise<never>(() => {}) });
    const failing = async () => Promise.reject(new Error('it fell over'));
    const error = await beforeUp(buildLab().model, 'vagrant', failing, { host }).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).to.equal('it fell over');
  });

  it('is shown with commands that stand in lines of their own', async () => {
    const host = ubuntu({ files: { '/etc/vbox/networks.conf': '* 10.0.0.0/8\n' } });
    const { lacks } = await look('vagrant', host);
    const { message } = new NotReadyHereError(
      lacks.map(({ code, what, seen, fix }) => ({
        code,
        what: inEnglish(what),
        seen: inEnglish(seen),
        fix: inEnglish(fix),
      })),
    );
    expect(message).to.match(
      /^The lab cannot run here yet:\n {2}VirtualBox networks: .*\n {6}Allow it:\n {8}sudo mkdir -p \/etc\/vbox\n {8}echo /,
    );
  });
});
