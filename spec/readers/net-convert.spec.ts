/** cloud-init, an old and a new one, turns network-config into what the system of a machine reads. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { type LabNode, plant, someNodes } from './support/labs.js';
import {
  type Convert,
  convert,
  convertNewer,
  type Kind,
  networkConfig,
} from './support/net-convert.js';
import { type Need, newer, program, readers, root } from './support/readers.js';
import { expectAccepted, said } from './support/run.js';

/** What must have arrived, for each kind of system. */
const CHECKS: Readonly<Record<Kind, (out: string, node: LabNode) => void>> = {
  netplan: (out, node) => {
    const written = load(read(out, 'etc/netplan/50-cloud-init.yaml'));
    expect(written).to.deep.equal({ network: load(networkConfig(node)) });
  },

  eni: (out, { lab, node }) => {
    const interfaces = read(out, 'etc/network/interfaces.d/50-cloud-init');
    const address = `${node.ip}/${lab.model.network.prefix}`;
    expect(interfaces).to.include(`auto lab0\niface lab0 inet static\n    address ${address}\n`);
    expect(interfaces).to.include('auto uplink0\niface uplink0 inet dhcp\n');
    const rules = read(out, 'etc/udev/rules.d/70-persistent-net.rules');
    expect(rules).to.include(`ATTR{address}=="${node.uplinkMac}", NAME="uplink0"\n`);
    expect(rules).to.include(`ATTR{address}=="${node.labMac}", NAME="lab0"\n`);
  },

  networkd: (out, { lab, node }) => {
    const lines = (card: string) =>
      read(out, `etc/systemd/network/10-cloud-init-${card}.network`).split('\n');
    expect(lines('lab0')).to.include.members([
      `Address=${node.ip}/${lab.model.network.prefix}`,
      `MACAddress=${node.labMac}`,
      'Name=lab0',
      'DHCP=no',
    ]);
    expect(lines('uplink0')).to.include.members([
      `MACAddress=${node.uplinkMac}`,
      'Name=uplink0',
      'DHCP=ipv4',
    ]);
  },
};

const VERSIONS: Readonly<Record<string, [convert: Convert, needs: readonly Need[]]>> = {
  'cloud-init net-convert': [convert, [program('cloud-init'), root]],
  'cloud-init net-convert of Debian 13': [convertNewer, [newer]],
};

for (const [version, [convertWith, needs]] of Object.entries(VERSIONS)) {
  readers(version, needs, () => {
    for (const kind of Object.keys(CHECKS) as Kind[]) {
      for (const node of someNodes()) {
        it(`gives ${kind} the addresses and names of ${node.title}`, async () => {
          const { ran, out } = await convertWith(node, kind);
          expectAccepted(ran);
          expect(ran.stdout + ran.stderr, said(ran)).not.to.match(/warn|deprecat|invalid|trace/i);
          CHECKS[kind](out, node);
        });
      }
    }

    it('shows when the prefix is that of another network', async () => {
      const [node] = someNodes() as [LabNode];
      const text = plant(networkConfig(node), `${node.node.ip}/24`, `${node.node.ip}/25`);
      const { out } = await convertWith(node, 'eni', text);
      expect(() => CHECKS.eni(out, node)).to.throw('auto lab0');
    });
  });
}

function read(out: string, file: string): string {
  return fs.readFileSync(path.join(out, file), 'utf8');
}
