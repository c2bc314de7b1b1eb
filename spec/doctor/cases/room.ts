/** Memory and disk. */
import { cases, ram, vbox } from '../support/cases.js';
import { debian, failed, hung, mac, type Said, ubuntu, windows } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

cases('memory.machines', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  {
    where: 'too little is available',
    host: ubuntu(ram(8000, 3000)),
    is: 'poor',
    seen: 'the 3 machines have 4.0 GB',
  },
  {
    where: 'enough for the nodes and not for a client besides',
    spec: { nodes: [{ role: 'master' }, {}, {}, { role: 'client' }] },
    host: ubuntu(ram(4800, 4700)),
    is: 'bad',
    seen: 'the 4 machines have 4.5 GB',
  },
  { where: 'too little in all', host: ubuntu(ram(4096, 3000)), is: 'bad', fix: '--backend local' },
  {
    where: 'macOS, which does not say what is available',
    host: mac(ram(16_000, undefined)),
    is: 'good',
  },
  { where: 'a small Mac', host: mac(ram(4096, undefined)), is: 'bad' },
]);
cases('memory', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  { where: 'hardly any', host: ubuntu(ram(2000, 200)), is: 'poor' },
]);

const left = (mb: (folder: string) => number | undefined) => ({ freeMb: mb });
/** Nothing is left where it is usual, and much in the folders of an administrator. */
const usual = left((folder) => (/^\/(?:mnt\/|home\/me\/\.v)|^D:/.test(folder) ? 95_000 : 500));
const folder = (path: string) => `Default machine folder:          ${path}\n`;
const pool = (said: Said) => ({
  virsh: {
    '-c qemu:///system version': recorded.VIRSH_VERSION,
    '-c qemu:///system net-dumpxml': failed('error: no'),
    '-c qemu:///system pool-dumpxml default': said,
  },
});
cases('disk.machines', [
  { where: 'plenty', host: ubuntu(), is: 'good', seen: '/home/me/.vagrant.d' },
  { where: 'tight', host: ubuntu(left(() => 8000)), is: 'poor' },
  { where: 'full', host: ubuntu(left(() => 3000)), is: 'bad', fix: 'VAGRANT_HOME' },
  {
    where: "full where libvirt's disks lie",
    host: debian(left((folder) => (folder.startsWith('/var') ? 500 : 90_000))),
    is: 'bad',
    seen: '/var/lib/libvirt/images',
  },
  {
    where: 'boxes elsewhere',
    host: ubuntu({
      env: { VAGRANT_HOME: '/mnt/boxes' },
      ...left((folder) => (folder === '/mnt/boxes' ? 90_000 : 95_000)),
    }),
    is: 'good',
    seen: '/mnt/boxes',
  },
  {
    where: 'full beside a folder of which nothing is known',
    host: ubuntu(left((folder) => (folder.endsWith('.vagrant.d') ? undefined : 500))),
    is: 'bad',
    seen: '/home/me/VirtualBox VMs',
  },
  {
    where: 'plenty beside a folder of which nothing is known',
    host: ubuntu(left((folder) => (folder.endsWith('.vagrant.d') ? undefined : 90_000))),
    is: 'poor',
    seen: '/home/me/.vagrant.d',
  },
  { where: 'nobody tells', host: ubuntu(left(() => undefined)), is: 'poor' },
  {
    where: 'full where VirtualBox keeps its machines',
    host: ubuntu(usual),
    is: 'bad',
    seen: '/home/me/VirtualBox VMs',
    fix: 'VBoxManage setproperty machinefolder',
  },
  {
    where: 'VirtualBox keeps them elsewhere',
    host: ubuntu({
      ...usual,
      programs: vbox('7.1.4r165100\n', { 'list systemproperties': folder('/mnt/machines') }),
    }),
    is: 'good',
  },
  {
    where: 'VirtualBox keeps them elsewhere, Windows',
    host: windows({
      ...usual,
      env: { VAGRANT_HOME: 'D:\\boxes' },
      programs: vbox('7.1.4r165100\r\n', { 'list systemproperties': folder('D:\\machines\r') }),
    }),
    is: 'good',
    seen: /are left in D:\\boxes$/,
  },
  {
    where: 'VirtualBox does not tell',
    host: ubuntu({
      ...usual,
      programs: vbox('7.1.4r165100\n', { 'list systemproperties': hung('VBoxManage', 10) }),
    }),
    is: 'bad',
    seen: /are left in \/home\/me,/,
  },
  {
    where: "libvirt's pool is elsewhere",
    host: debian({
      ...usual,
      programs: pool(recorded.VIRSH_POOL.replace('/var/lib/libvirt/images', '/mnt/pool')),
    }),
    is: 'good',
  },
  {
    where: 'libvirt has no pool yet',
    host: debian({
      ...usual,
      programs: pool(failed("error: failed to get pool 'default'")),
    }),
    is: 'bad',
    seen: '/var/lib/libvirt/images',
  },
]);
cases('disk', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  { where: 'tight', host: ubuntu(left(() => 100)), is: 'poor' },
  { where: 'full', host: ubuntu(left(() => 10)), is: 'bad', fix: 'XDG_STATE_HOME' },
]);
