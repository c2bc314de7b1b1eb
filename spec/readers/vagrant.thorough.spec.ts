/** Ruby and Vagrant read the Vagrantfile. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { buildLab, type Lab } from '../../lib/lab/lab.js';
import { isClient, machinesOf } from '../../lib/model/model.js';
import { aClient, folderOf, LABS, plant, textOf, withVagrantfile } from './support/labs.js';
import { program, readers } from './support/readers.js';
import { expectAccepted, expectRefused, run, said } from './support/run.js';
import { scratch, writeBelow } from './support/scratch.js';
import {
  environment,
  provides,
  seenByVagrant,
  vagrant,
  vagrantLibrary,
  vagrantOlderThan244,
  virtualBoxStub,
} from './support/vagrant.js';

/** Vagrant takes seconds, and the third lab's Vagrantfile shows it nothing new. */
const READ = { course: LABS.course, everything: LABS.everything };
const WITH_CLIENT = { clients: aClient().lab };

readers('ruby', [program('ruby')], () => {
  for (const [name, lab] of Object.entries({ ...LABS, ...WITH_CLIENT })) {
    it(`reads the Vagrantfile of the lab "${name}" without a warning`, async () => {
      const ran = await syntax(textOf(lab, 'Vagrantfile'));
      expectAccepted(ran);
      expect(ran.stderr).to.equal('');
    });
  }

  it('finds a block that is left open', async () => {
    expectRefused(await syntax(plant(course(), /\nend\n$/, '\n')), /syntax error|end-of-input/);
  });

  function syntax(text: string) {
    return run('ruby', ['-w', '-c', '-'], { input: text });
  }
});

for (const provider of ['libvirt', 'virtualbox'] as const) {
  readers(`vagrant validate for ${provider}`, [program('vagrant'), provides(provider)], () => {
    for (const [name, lab] of Object.entries(READ)) {
      it(`accepts the lab "${name}"`, async () => {
        const ran = await vagrant(await folderOf(lab), ['validate'], { provider });
        expectAccepted(ran);
        expect(ran.stdout).to.equal('Vagrantfile validated successfully.\n');
      });
    }
  });
}

readers(
  'vagrant up',
  [program('vagrant')],
  () => {
    it('with VirtualBox is refused, names the version that would do, and touches nothing', async () => {
      const stub = virtualBoxStub();
      const ran = await vagrant(await folderOf(LABS.course), ['up', '--provider=virtualbox'], {
        provider: 'virtualbox',
        stub,
      });
      expectRefused(ran, /needs Vagrant 2\.4\.4 or newer/);
      // Our refusal comes first: a download of the box would be next.
      expect(ran.stdout, said(ran)).not.to.include('Attempting to find and install');
      expect(new Set(stub.calls())).to.deep.equal(new Set(['--version']));
    });

    it('without that refusal goes on to the box, and to asking VirtualBox', async () => {
      const stub = virtualBoxStub();
      const folder = await withVagrantfile(
        plant(course(), "< Gem::Version.new('2.4.4')", "< Gem::Version.new('0')"),
      );
      const ran = await vagrant(folder, ['up', '--provider=virtualbox'], {
        provider: 'virtualbox',
        stub,
      });
      expectRefused(ran, /Attempting to find and install/);
      expect(ran.stdout + ran.stderr).not.to.include('2.4.4');
    });
  },
  [vagrantOlderThan244],
);

readers(
  'what Vagrant makes of it',
  [program('ruby'), program('vagrant')],
  () => {
    for (const [name, lab] of Object.entries({ ...READ, ...WITH_CLIENT })) {
      it(`is the lab "${name}", for libvirt`, async () => {
        const seen = await seenByVagrant(await folderOf(lab), 'libvirt');
        expect(seen).to.have.deep.members(expected(lab, 'libvirt'));
        expect(seen[0]?.name, 'what builds comes first').to.equal(
          lab.model.nodes.find((node) => node.builds)?.name,
        );
      });

      it(`is the lab "${name}", for virtualbox`, async () => {
        const folder = await folderOf(lab);
        const seen = await seenByVagrant(folder, 'virtualbox');
        expect(seen).to.have.deep.members(expected(lab, 'virtualbox', folder));
      });
    }
  },
  [vagrantLibrary],
);

readers(
  'what Vagrant makes of it on a machine with',
  [program('ruby'), provides('libvirt')],
  () => {
    // In the order that the catalogue has them: before 2.4.0, Vagrant takes the last one.
    const EDITIONS = ['amd64', 'arm64'];

    it('a processor of Intel or AMD is an edition for it', async () => {
      const { edition, ...machine } = await on('x86_64', EDITIONS);
      expect(edition).to.equal('libvirt/amd64');
      expect(machine).to.deep.equal({
        disks: ['vda', 'hda ide'],
        controller: null,
        features: ['acpi', 'apic', 'pae'],
        inputs: ['ps2'],
        cpu: ['host-model', ''],
      });
    });

    it('a processor of ARM is an edition for it, in a machine that has what such a machine can have', async () => {
      const { edition, ...machine } = await on('aarch64', EDITIONS.toReversed());
      expect(edition).to.equal('libvirt/arm64');
      const has = {
        disks: ['sda', 'sdb scsi'],
        controller: 'virtio-scsi',
        features: ['acpi'],
        inputs: ['virtio'],
      };
      expect(machine).to.deep.equal({ ...has, cpu: ['host-passthrough', ''] });
      const emulated = await on('aarch64', EDITIONS, { vagrant: { libvirt: { driver: 'qemu' } } });
      expect(emulated).to.deep.include({ ...has, cpu: ['custom', 'cortex-a72'] });
    });

    it('any processor is what there is, where there is nothing for it or nobody says', async () => {
      expect((await on('x86_64', ['arm64'])).edition).to.equal('libvirt/arm64');
      expect((await on('aarch64', [undefined])).edition).to.equal('libvirt/undefined');
    });

    async function on(processor: string, editions: readonly (string | undefined)[], spec = {}) {
      const providers = ['virtualbox', 'libvirt'].flatMap((name) =>
        editions.map((architecture) => ({ name, architecture, url: `${name}/${architecture}` })),
      );
      const probe = path.join(import.meta.dirname, 'support/vagrant-processor.rb');
      const ran = await run('ruby', [probe, await folderOf(buildLab(spec)), processor], {
        env: environment('libvirt', virtualBoxStub()),
        input: JSON.stringify({ name: 'a/box', versions: [{ version: '1.0', providers }] }),
      });
      expect(ran.code, said(ran)).to.equal(0);
      return JSON.parse(ran.stdout) as { readonly edition: string };
    }
  },
  [vagrantLibrary, vagrantOlderThan244],
);

readers('the key of the share', [program('vagrant'), program('bash')], () => {
  const KEY = /^[0-9a-f]{64}\n$/;

  /** The lab's own folder is for the same files everywhere; what is said of one user's lab is in `.vagrant`. */
  async function keyOf(dotfiles: string, lab = LABS.course): Promise<string | undefined> {
    const env = { VAGRANT_DOTFILE_PATH: dotfiles };
    const ran = await vagrant(await folderOf(lab), ['validate'], { provider: 'virtualbox', env });
    expectAccepted(ran);
    const file = path.join(dotfiles, 'redis-lab-share.key');
    if (!fs.existsSync(file)) return undefined;
    expect(fs.statSync(file).mode & 0o777).to.equal(0o600);
    return fs.readFileSync(file, 'utf8');
  }

  it('is made once for a folder, and is another one in every folder', async () => {
    const [mine, others] = [scratch('dotfiles'), scratch('dotfiles')];
    const first = await keyOf(mine);
    expect(first).to.match(KEY);
    expect(await keyOf(mine)).to.equal(first);
    expect(await keyOf(others))
      .to.match(KEY)
      .and.not.to.equal(first);
  });

  it('is made anew where it is damaged, and one for all who ask at once', async () => {
    const dotfiles = scratch('dotfiles');
    fs.writeFileSync(path.join(dotfiles, 'redis-lab-share.key'), 'x'.repeat(100), { mode: 0o600 });
    const keys = await Promise.all([keyOf(dotfiles), keyOf(dotfiles)]);
    expect(keys[0]).to.match(KEY).and.to.equal(keys[1]);
  });

  it('is written to a node for root alone, and never over the one that is there', async () => {
    const root = scratch('node');
    const [, shell = ''] = /^GIVE_SHARE_KEY = <<~'SHELL'\n([\s\S]*?)^SHELL$/m.exec(course()) ?? [];
    const text = shell.replaceAll('/opt/redis-lab', `${root}/opt/redis-lab`);
    const give = (key: string) =>
      run('bash', ['-c', text], { env: { REDIS_LAB_SHARE_KEY: key, PATH: '/usr/bin:/bin' } });
    expectAccepted(await give('mine'));
    expectAccepted(await give("another's"));
    const file = path.join(root, 'opt/redis-lab/share.key');
    expect(fs.readFileSync(file, 'utf8')).to.equal('mine\n');
    expect(fs.statSync(file).mode & 0o777).to.equal(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).to.equal(0o755);
    expect(fs.readdirSync(path.dirname(file))).to.deep.equal(['share.key']);
  });
});

readers('the wait for cloud-init', [program('bash'), program('timeout')], () => {
  const STEPS = ['redis-lab: user redis is there', 'redis-lab: master is done'];
  let root: string;
  const log = () => path.join(root, 'var/log/cloud-init-output.log');

  /** Runs it on a machine where cloud-init ends so; where it has not ended yet, this is its log once it has. */
  async function wait(status: number, boot?: string) {
    const [, shell = ''] =
      /^WAIT_FOR_CLOUD_INIT = <<~'SHELL'\n([\s\S]*?)^SHELL$/m.exec(course()) ?? [];
    const text = shell.replaceAll(/\/(?:run\/cloud-init|var\/log)\//g, (place) => root + place);
    writeBelow(root, 'bin/cloud-init', `#!/bin/sh\nexit ${status}\n`, 0o755);
    writeBelow(root, 'boot', boot ?? '');
    // It looks before it sleeps for the first time.
    const passes = `#!/bin/sh\ncat '${root}/boot' >>'${log()}'\ntouch '${result()}'\n`;
    writeBelow(root, 'bin/sleep', passes, 0o755);
    fs.mkdirSync(path.dirname(result()), { recursive: true });
    if (boot === undefined) fs.writeFileSync(result(), '');
    return run('sh', ['-c', text], { env: { PATH: `${root}/bin:/usr/bin:/bin` } });
  }

  const result = () => path.join(root, 'run/cloud-init/result.json');

  beforeEach(() => {
    root = scratch('machine');
    writeBelow(root, 'var/log/cloud-init-output.log', '');
  });

  it('shows each step of the first boot, and nothing else of its log', async () => {
    const ran = await wait(0, `Cloud-init v. 22.4.2 running\n${STEPS.join('\n')}\nfinished\n`);
    expectAccepted(ran);
    expect(ran.stdout.trimEnd().split('\n')).to.deep.equal(STEPS);
  });

  it('shows the last step alone of a machine that is set up', async () => {
    fs.writeFileSync(log(), `${STEPS.join('\n')}\nfinished\n`);
    const ran = await wait(2);
    expectAccepted(ran);
    expect(ran.stdout.trimEnd().split('\n')).to.deep.equal(STEPS.slice(-1));
  });

  it('ends with the last lines where cloud-init failed', async () => {
    const ran = await wait(1, 'redis-lab: FAILED: make all; status 2; look\n');
    expectRefused(ran, /cloud-init failed \(status 1\); its last lines:\nredis-lab: FAILED/);
  });
});

/** From the model alone, what Vagrant is to see. */
function expected(lab: Lab, provider: 'libvirt' | 'virtualbox', folder = '') {
  const { network, vagrant: wanted, nodes, name: labName } = lab.model;
  const shares = nodes.length > 1 && lab.model.redis.install === 'source';
  const bare = (mac: string) => mac.replaceAll(':', '');
  return machinesOf(lab.model).map((node) => ({
    name: node.name,
    primary: node.role === 'master',
    box: wanted.box,
    boxVersion: wanted.version,
    provisioners: [...(shares && !isClient(node) ? ['share-key'] : []), 'cloud-init'],
    network: {
      ip: node.ip,
      netmask: network.netmask,
      mac: bare(node.labMac),
      auto_config: false,
      libvirt__network_name: `${labName}-net`,
      libvirt__forward_mode: 'none',
      libvirt__dhcp_enabled: false,
    },
    ...(provider === 'libvirt'
      ? {
          memory: node.memoryMb,
          cpus: node.cpus,
          prefix: `${labName}-`,
          driver: wanted.libvirt.driver,
          managementMac: node.uplinkMac,
          managementMode: wanted.libvirt.managementNetworkMode,
          cache: wanted.libvirt.diskCache,
        }
      : {
          memory: node.memoryMb,
          cpus: node.cpus,
          gui: wanted.virtualbox.gui,
          linkedClone: wanted.virtualbox.linkedClone,
          machine: `${labName}-${node.name}`,
          baseMac: bare(node.uplinkMac),
          disks: [['dvd', path.join(folder, 'nodes', node.name, 'seed.iso')]],
        }),
  }));
}

function course(): string {
  return textOf(LABS.course, 'Vagrantfile');
}
