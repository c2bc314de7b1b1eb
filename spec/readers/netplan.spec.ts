/** netplan, which Ubuntu boxes use, reads what cloud-init makes of network-config. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { plant, someNodes } from './support/labs.js';
import { convertNewer } from './support/net-convert.js';
import { runNewer } from './support/newer.js';
import { newer, readers } from './support/readers.js';
import { expectAccepted, expectRefused, expectSilence, type Ran } from './support/run.js';

readers('netplan of Debian 13', [newer], () => {
  for (const each of someNodes()) {
    it(`gives addresses and names to the cards of ${each.title}`, async () => {
      const { node, lab } = each;
      const { ran, out } = await convertNewer(each, 'netplan');
      expectAccepted(ran);
      expectSilence(await generate(out));
      const read = (file: string) =>
        fs.readFileSync(path.join(out, 'run/systemd/network', `10-netplan-${file}`), 'utf8');
      expect(read('lab0.link')).to.include(`\nPermanentMACAddress=${node.labMac}\n`);
      expect(read('lab0.link')).to.include('\nName=lab0\n');
      expect(read('lab0.network')).to.include(`\nAddress=${node.ip}/${lab.model.network.prefix}\n`);
      expect(read('uplink0.link')).to.include(`\nPermanentMACAddress=${node.uplinkMac}\n`);
      expect(read('uplink0.link')).to.include('\nName=uplink0\n');
      expect(read('uplink0.network')).to.include('\nDHCP=ipv4\n');
    });
  }

  it('refuses a key that does not exist', async () => {
    const [node] = someNodes();
    if (!node) throw new Error('no node');
    const { out } = await convertNewer(node, 'netplan');
    const file = path.join(out, 'etc/netplan/50-cloud-init.yaml');
    fs.writeFileSync(file, plant(fs.readFileSync(file, 'utf8'), 'set-name', 'new-name'));
    expectRefused(await generate(out), /new-name/);
  });
});

/** Without `netplan` around it, which would tell a running systemd. */
async function generate(out: string): Promise<Ran> {
  return runNewer({ '/mnt': out }, '/usr/libexec/netplan/generate', ['--root-dir', '/mnt']);
}
