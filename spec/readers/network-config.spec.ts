/** cloud-init checks network-config, and finds in it how to rename the cards. */
import path from 'node:path';
import { expect } from 'chai';
import { CloudInit } from './support/cloud-init.js';
import { allNodes, type LabNode, plant, someNodes } from './support/labs.js';
import { networkConfig } from './support/net-convert.js';
import { newer, PYTHON, program, pyYaml, readers } from './support/readers.js';
import { expectAccepted, expectRefused, type Ran, run, said } from './support/run.js';
import { scratchFiles } from './support/scratch.js';

const [first] = someNodes() as [LabNode];

readers('cloud-init schema for network-config, of Debian 13', [newer], () => {
  for (const node of allNodes()) {
    it(`has no objection and no warning for ${node.title}`, async () => {
      const ran = await schema(networkConfig(node));
      expectAccepted(ran);
      expect(ran.stdout + ran.stderr, said(ran)).to.match(/^Valid schema \S+network-config\n$/);
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
    const input = JSON.stringify(allNodes().map(networkConfig));
    const ran = await run(PYTHON, ['-c', CARDS], { input });
    expectAccepted(ran);
    const found = JSON.parse(ran.stdout) as unknown[];
    for (const [index, { node }] of allNodes().entries()) {
      expect(found[index]).to.have.deep.members([
        [node.uplinkMac, 'uplink0'],
        [node.labMac, 'lab0'],
      ]);
    }
  });

  /** What cloud-init does before the network is up, as far as it needs no card. */
  const CARDS = `
import json, sys, yaml
from cloudinit.net import extract_physdevs
print(json.dumps([[card[:2] for card in extract_physdevs(yaml.safe_load(text))] for text in json.load(sys.stdin)]))
`;
});

async function schema(text: string): Promise<Ran> {
  const file = path.join(scratchFiles('network', { 'network-config': text }), 'network-config');
  const newer = CloudInit.newer();
  return newer.run({ call: ['schema', '-t', 'network-config', '-c', newer.at(file)] });
}
