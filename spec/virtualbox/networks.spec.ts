/** Doctor reads `networks.conf` as VirtualBox does. */
import { expect } from 'chai';
import { hostOnly } from '../../lib/doctor/checks/host-only.js';
import { Facts } from '../../lib/doctor/facts.js';
import { ubuntu } from '../doctor/support/fake-host.js';
import { LABS } from '../readers/support/labs.js';
import { expectAccepted, run } from '../readers/support/run.js';
import { RealVirtualBox, writeNetworks } from './support/virtualbox.js';

const { network } = LABS.course.model;

/** Each is read by Vagrant without an error, which is another question. */
const FILES: readonly (string | undefined)[] = [
  undefined,
  '',
  '* 192.168.100.0/24\n',
  '  *\t192.168.100.0/24',
  '*192.168.100.0/24\n',
  '# * 192.168.100.0/24\n',
  '192.168.100.0/24\n',
  '* 10.0.0.0/8 192.168.0.0/16\n',
  '* 10.0.0.0/8\n* 192.168.100.1/24\n',
  '* 192.168.100.0/25\n',
  '* 192.168.100.0/255.255.255.0\n',
  '* 192.168.100.1\n',
  '* 0.0.0.0/0 ::/0\n',
  '* 192.168.100.0/24\r\n',
  '* 192.168.100.0/24 10.0.0.0/8\r\n',
];

describe('networks that VirtualBox may make', () => {
  let virtualBox: RealVirtualBox;

  before(async () => {
    virtualBox = await RealVirtualBox.with();
  });

  for (const text of FILES) {
    it(`${JSON.stringify(text) ?? 'no file'} means the same to doctor and to VirtualBox`, async () => {
      writeNetworks(text);
      // One that has the address already is not looked at again.
      const [, name = ''] = /'(.*)'/.exec(await virtualBox.said('hostonlyif', 'create')) ?? [];
      const address = ['--ip', network.host, '--netmask', network.netmask];
      const { code, stderr } = await virtualBox.manage('hostonlyif', 'ipconfig', name, ...address);
      expectAccepted(await run('ip', ['link', 'del', name]));
      const host = { ...ubuntu(), read: () => text };
      const [check] = await hostOnly(new Facts(host, LABS.course.model));
      expect(check?.state, stderr).to.equal(code === 0 ? 'good' : 'bad');
      if (code !== 0) expect(stderr).to.include('E_ACCESSDENIED');
    });
  }
});
