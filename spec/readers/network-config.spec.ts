/** cloud-init checks network-config, and finds in it how to rename the cards. */
import { expect } from 'chai';
import { allNodes, type LabNode, plant, someNodes } from './support/labs.js';
import { networkConfig } from './support/net-convert.js';
import { runNewer } from './support/newer.js';
import { newer, PYTHON, program, pyYaml, readers } from './support/readers.js';
import { expectAccepted, expectRefused, type Ran, run, said } from './support/run.js';
import { scratchFiles } from './support/scratch.js';

const [first] = someNodes() as [LabNode];

readers('cloud-init schema for network-config, of Debian 13', [newer], () => {
  for (const node of allNodes()) {
    it(`has no objection and no warning for ${node.title}`, async () => {
      const ran = await schema(networkConfig(node));
      expectAccepted(ran);
      expect(ran.stdout + ran.stderr, said(ran)).to.equal('Valid schema /mnt/network-config\n');
    });
  }

  it('finds a wrong type', async () => {
    const ran = await schema(plant(networkConfig(first), 'dhcp4: true', 'dhcp4: 17'));
    expectRefused(ran, /dhcp4: 17/);
  });

  it('finds a key that does not exist', async () => {
    const ran = await schema(plant(networkConfig(first), 'set-name', 'new-name'));
    expectRefused(ran, /new-name/);
  });
});

readers("cloud-init's renaming of network cards", [program('cloud-init'), pyYaml], () => {
  it('goes by the addresses of the cards', async () => {
    for (const each of allNodes()) {
      const ran = await run(PYTHON, ['-c', CARDS], { input: networkConfig(each) });
      expectAccepted(ran);
      expect(JSON.parse(ran.stdout)).to.have.deep.members([
        [each.node.uplinkMac, 'uplink0'],
        [each.node.labMac, 'lab0'],
      ]);
    }
  });

  /** What cloud-init does before the network is up, as far as it needs no card. */
  const CARDS = `
import json, sys, yaml
from cloudinit.net import extract_physdevs
print(json.dumps([card[:2] for card in extract_physdevs(yaml.safe_load(sys.stdin))]))
`;
});

async function schema(text: string): Promise<Ran> {
  const mounts = { '/mnt': scratchFiles('network', { 'network-config': text }) };
  const args = ['schema', '-t', 'network-config', '-c', '/mnt/network-config'];
  return runNewer(mounts, 'cloud-init', args);
}
