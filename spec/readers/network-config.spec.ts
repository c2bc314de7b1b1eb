/** cloud-init checks network-config, and turns it into what the system of a machine will read. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { Lab } from '../../lib/lab.js';
import type { NodeModel } from '../../lib/model/model.js';
import { allNodes, LABS, plant, textOf } from './support/labs.js';
import { runNewer } from './support/newer.js';
import { newer, PYTHON, program, pyYaml, readers } from './support/readers.js';
import { expectAccepted, expectRefused, type Ran, run, said } from './support/run.js';
import { scratchFiles } from './support/scratch.js';

const CONFIG = 'network-config';

/** Names that the cards have before they are renamed. */
const CARDS = { uplink: 'ens3', lab: 'ens4' };

/** Runs cloud-init with a folder that it sees by another name. */
type CloudInit = (folder: string, args: (seen: string) => string[]) => Promise<Ran>;

/** Where each kind of system looks, and what must stand there for a node. */
const KINDS = {
  netplan: {
    file: () => 'etc/netplan/50-cloud-init.yaml',
    check: (text: string, lab: Lab, node: NodeModel) => {
      expect(load(text)).to.deep.equal({
        network: load(textOf(lab, `nodes/${node.name}/${CONFIG}`)),
      });
    },
  },
  eni: {
    file: () => 'etc/network/interfaces.d/50-cloud-init',
    check: (text: string, lab: Lab, node: NodeModel) => {
      expect(text).to.include(
        `auto lab0\niface lab0 inet static\n    address ${node.ip}/${lab.model.network.prefix}\n`,
      );
      expect(text).to.include('auto uplink0\niface uplink0 inet dhcp\n');
    },
  },
  networkd: {
    file: (card: 'lab' | 'uplink') => `etc/systemd/network/10-cloud-init-${card}0.network`,
    check: (text: string, lab: Lab, node: NodeModel) => {
      for (const line of [
        `Address=${node.ip}/${lab.model.network.prefix}`,
        `MACAddress=${node.labMac}`,
        'Name=lab0',
        'DHCP=no',
      ]) {
        expect(text.split('\n')).to.include(line);
      }
    },
  },
} as const;

function suite(cloudInit: CloudInit): void {
  for (const [kind, { file, check }] of Object.entries(KINDS)) {
    for (const { title, lab, node } of allNodes()) {
      it(`gives ${kind} its address and its names for ${title}`, async () => {
        const folder = await converted(lab, node, kind);
        check(read(folder, file('lab')), lab, node);
        if (kind === 'networkd') {
          const uplink = read(folder, file('uplink')).split('\n');
          expect(uplink).to.include.members([`MACAddress=${node.uplinkMac}`, 'DHCP=ipv4']);
        }
        if (kind === 'eni') {
          const rules = read(folder, 'etc/udev/rules.d/70-persistent-net.rules');
          expect(rules).to.match(new RegExp(`"${node.uplinkMac}", NAME="uplink0"`));
          expect(rules).to.match(new RegExp(`"${node.labMac}", NAME="lab0"`));
        }
      });
    }
  }

  it('refuses an address that is none', async () => {
    const [node] = LABS.course.model.nodes;
    const text = plant(textOf(LABS.course, `nodes/${node?.name}/${CONFIG}`), /\/24/, '/240');
    const folder = scratchFiles('network', { [CONFIG]: text });
    expectRefused(await convert(folder, node as NodeModel, 'networkd'), /240|[Aa]ddress|prefix/);
  });

  async function convert(folder: string, node: NodeModel, kind: string): Promise<Ran> {
    return cloudInit(folder, (seen) => [
      ...['devel', 'net-convert', '--network-data', `${seen}/${CONFIG}`, '--kind', 'yaml'],
      ...['--directory', `${seen}/out`, '--distro', 'debian', '--output-kind', kind],
      ...['--mac', `${CARDS.uplink},${node.uplinkMac}`, '--mac', `${CARDS.lab},${node.labMac}`],
    ]);
  }

  /** The folder of what was made. */
  async function converted(lab: Lab, node: NodeModel, kind: string): Promise<string> {
    const text = textOf(lab, `nodes/${node.name}/${CONFIG}`);
    const folder = scratchFiles('network', { [CONFIG]: text });
    const ran = await convert(folder, node, kind);
    expectAccepted(ran);
    expect(ran.stdout + ran.stderr, said(ran)).not.to.match(/warn|deprecat|invalid|traceback/i);
    return path.join(folder, 'out');
  }
}

readers('cloud-init net-convert', [program('cloud-init')], () => {
  suite((folder, args) => run('cloud-init', args(folder)));
});

readers('cloud-init net-convert of Debian 13', [newer], () => {
  suite((folder, args) => runNewer(folder, 'cloud-init', args('/mnt')));
});

readers('cloud-init schema of network-config, of Debian 13', [newer], () => {
  for (const { title, lab, node } of allNodes()) {
    it(`has no objection and no warning for ${title}`, async () => {
      const ran = await schema(textOf(lab, `nodes/${node.name}/${CONFIG}`));
      expectAccepted(ran);
      expect(ran.stdout + ran.stderr).to.equal(`Valid schema /mnt/${CONFIG}\n`);
    });
  }

  it('finds a wrong type', async () => {
    const ran = await schema(plant(course(), 'dhcp4: true', 'dhcp4: 17'));
    expectRefused(ran, /dhcp4: 17 is not of type/);
  });

  it('finds a key that does not exist', async () => {
    const ran = await schema(plant(course(), 'version: 2', 'version: 2\nbridgess: {}'));
    expectRefused(ran, /bridgess/);
  });

  async function schema(text: string): Promise<Ran> {
    const folder = scratchFiles('network', { [CONFIG]: text });
    return runNewer(folder, 'cloud-init', ['schema', '-t', CONFIG, '-c', `/mnt/${CONFIG}`]);
  }
});

readers('netplan of Debian 13, which Ubuntu boxes use', [newer], () => {
  it('takes what cloud-init gives it', async () => {
    for (const { lab, node } of allNodes()) {
      const text = textOf(lab, `nodes/${node.name}/${CONFIG}`);
      const folder = await generated(`network:\n${text.replace(/^/gm, '  ')}`);
      const networkd = path.join(folder, 'run/systemd/network');
      expect(fs.readdirSync(networkd).sort()).to.deep.equal([
        '10-netplan-lab0.link',
        '10-netplan-lab0.network',
        '10-netplan-uplink0.link',
        '10-netplan-uplink0.network',
      ]);
      expect(read(networkd, '10-netplan-lab0.link')).to.match(
        new RegExp(`MACAddress=${node.labMac}\n[^]*Name=lab0\n`),
      );
      expect(read(networkd, '10-netplan-lab0.network')).to.include(
        `\nAddress=${node.ip}/${lab.model.network.prefix}\n`,
      );
      expect(read(networkd, '10-netplan-uplink0.network')).to.include('\nDHCP=ipv4\n');
    }
  });

  it('refuses a key that does not exist', async () => {
    const text = plant(course(), 'dhcp4: true', 'dhcpfour: true').replace(/^/gm, '  ');
    const ran = await netplan(scratchNetplan(`network:\n${text}`));
    expectRefused(ran, /dhcpfour/);
  });

  function scratchNetplan(text: string): string {
    return scratchFiles('netplan', { 'etc/netplan/50-cloud-init.yaml': text });
  }

  async function netplan(folder: string): Promise<Ran> {
    fs.chmodSync(path.join(folder, 'etc/netplan/50-cloud-init.yaml'), 0o600);
    return runNewer(folder, 'netplan', ['generate', '--root-dir', '/mnt']);
  }

  async function generated(text: string): Promise<string> {
    const folder = scratchNetplan(text);
    const ran = await netplan(folder);
    expectAccepted(ran);
    expect(ran.stdout + ran.stderr).to.equal('');
    return folder;
  }
});

readers("cloud-init's renaming of network cards", [program('cloud-init'), pyYaml], () => {
  it('goes by the addresses of the cards', async () => {
    const [node] = LABS.course.model.nodes;
    const script =
      'import json, sys, yaml; from cloudinit.net import extract_physdevs;' +
      'print(json.dumps([d[:2] for d in extract_physdevs(yaml.safe_load(sys.stdin))]))';
    const text = textOf(LABS.course, `nodes/${node?.name}/${CONFIG}`);
    const ran = await run(PYTHON, ['-c', script], { input: text });
    expectAccepted(ran);
    expect(JSON.parse(ran.stdout)).to.have.deep.members([
      [node?.uplinkMac, 'uplink0'],
      [node?.labMac, 'lab0'],
    ]);
  });
});

function read(folder: string, file: string): string {
  return fs.readFileSync(path.join(folder, file), 'utf8');
}

function course(): string {
  return textOf(LABS.course, `nodes/slave1/${CONFIG}`);
}
