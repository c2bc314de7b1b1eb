/** What `--fix` does, step by step, and what it says when that fails. */
import { expect } from 'chai';
import { examine } from '../../lib/doctor/examine.js';
import type { Answer, Host } from '../../lib/doctor/host.js';
import { EXIT } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { inEnglish } from '../../lib/report/messages.js';
import { refusal } from '../support/failure.js';
import { debian, failed, ubuntu } from './support/fake-host.js';
import * as recorded from './support/recorded.js';

/** Runs the remedy of a check; gives what it told on its way. */
async function mend(host: Host, name: string): Promise<string[]> {
  const checks = await examine(buildLab().model, { host });
  const remedy = checks.find((check) => check.name.text === name)?.remedy;
  if (!remedy) throw new Error(`${name} has no remedy`);
  const told: string[] = [];
  await remedy.run({ onProgress: (said) => told.push(inEnglish(said)) });
  return told;
}

const without = (file: string) => (name: string) =>
  name === file ? undefined : ubuntu().read(name);
const NETWORKS = '/etc/vbox/networks.conf';

describe('a remedy', () => {
  it('allows the network, and goes on to allow what was allowed without the file', async () => {
    const rooted: string[] = [];
    await mend(ubuntu({ rooted, read: without(NETWORKS) }), 'VirtualBox networks');
    expect(rooted).to.deep.equal([
      'mkdir -p /etc/vbox',
      `tee -a ${NETWORKS} "* 192.168.56.0/21\\n* 192.168.100.0/24\\n"`,
    ]);
  });

  it('adds to a file that is there, also to one without an end of line', async () => {
    for (const [text, input] of [
      ['* 10.0.0.0/8\n', '"* 192.168.100.0/24\\n"'],
      ['* 10.0.0.0/8', '"\\n* 192.168.100.0/24\\n"'],
    ] as const) {
      const rooted: string[] = [];
      await mend(ubuntu({ rooted, files: { [NETWORKS]: text } }), 'VirtualBox networks');
      expect(rooted.at(-1)).to.equal(`tee -a ${NETWORKS} ${input}`);
    }
  });

  it('is none where nobody can become root', async () => {
    const host = ubuntu({ canBeRoot: false, read: without(NETWORKS) });
    const checks = await examine(buildLab().model, { host });
    const check = checks.find(({ code }) => code === 'virtualbox.host-only-range');
    expect(check).to.include({ state: 'bad' }).and.not.to.have.property('remedy');
  });

  it('says what root was refused', async () => {
    const asRoot = async (): Promise<Answer> => failed('sudo: a password is required');
    const host = ubuntu({ asRoot, read: without(NETWORKS) });
    const error = await refusal(mend(host, 'VirtualBox networks'));
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message).to.equal('mkdir -p /etc/vbox: sudo: a password is required');
  });

  it('loads KVM', async () => {
    const rooted: string[] = [];
    const why = { whyNotUsable: () => 'absent' as const };
    await mend(debian({ ...why, rooted }), 'Virtualisation');
    expect(rooted).to.deep.equal(['/usr/bin/modprobe kvm_intel']);
    const asRoot = async () =>
      failed("modprobe: ERROR: could not insert 'kvm_intel': Operation not supported");
    const error = await refusal(mend(debian({ ...why, asRoot }), 'Virtualisation'));
    expect(error.message).to.include('Operation not supported').and.to.include('Intel VT-x');
  });

  it('is ended by whoever called for it, and by nobody else', async () => {
    const { signal } = new AbortController();
    const seen: boolean[] = [];
    const heard = async (_: string, args: readonly string[], options = {}): Promise<Answer> => {
      if (!args.includes('list') && !args.includes('--version') && !args.includes('version')) {
        seen.push('signal' in options && options.signal === signal);
      }
      return debian({ programs: plugins('done\n') }).run('vagrant', ['--version']);
    };
    const hosts = [
      ubuntu({ asRoot: heard, read: without(NETWORKS) }),
      debian({ asRoot: heard, whyNotUsable: () => 'absent' as const, programs: plugins('done\n') }),
    ];
    for (const host of hosts) {
      const checks = await examine(buildLab().model, { host });
      const spied = { run: host.run };
      Object.assign(host, { run: heard });
      for (const { remedy } of checks) await remedy?.run({ signal });
      Object.assign(host, spied);
    }
    // mkdir, tee; modprobe, the plugin, the box.
    expect(seen).to.deep.equal([true, true, true, true, true]);
  });

  const plugins = (install: string | Answer) => ({
    vagrant: {
      '--version': 'Vagrant 2.4.9\n',
      'plugin list': recorded.NO_PLUGINS,
      'plugin install vagrant-libvirt': install,
      'box list': recorded.NO_BOXES,
      'box add cloud-image/ubuntu-24.04 --provider libvirt': install,
    },
  });

  for (const name of ['Plugin vagrant-libvirt', 'Box']) {
    it(`calls Vagrant, and tells what that does: ${name}`, async () => {
      const told = await mend(debian({ programs: plugins('done\n') }), name);
      expect(told).to.deep.equal(['vagrant is at work']);
    });

    it(`says what Vagrant says when it fails: ${name}`, async () => {
      const broken = failed('ERROR: Failed to build gem native extension.');
      const error = await refusal(mend(debian({ programs: plugins(broken) }), name));
      expect(error.exitCode).to.equal(EXIT.program);
      expect(error.message).to.include('Failed to build gem native extension');
    });
  }
});
