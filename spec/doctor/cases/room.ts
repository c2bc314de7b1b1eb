/** Memory and disk. */
import { cases, ram } from '../support/cases.js';
import { debian, mac, ubuntu } from '../support/fake-host.js';

cases('Memory of machines', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  {
    where: 'too little is available',
    host: ubuntu(ram(8000, 3000)),
    is: 'poor',
    seen: 'the 3 machines have 4.0 GB',
  },
  { where: 'too little in all', host: ubuntu(ram(4096, 3000)), is: 'bad', fix: '--backend local' },
  {
    where: 'macOS, which does not say what is available',
    host: mac(ram(16_000, undefined)),
    is: 'good',
  },
  { where: 'a small Mac', host: mac(ram(4096, undefined)), is: 'bad' },
]);
cases('Memory', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  { where: 'hardly any', host: ubuntu(ram(2000, 200)), is: 'poor' },
]);

const left = (mb: (folder: string) => number | undefined) => ({ freeMb: mb });
cases('Disk for machines', [
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
  { where: 'nobody tells', host: ubuntu(left(() => undefined)), is: 'poor' },
]);
cases('Disk', [
  { where: 'plenty', host: ubuntu(), is: 'good' },
  { where: 'tight', host: ubuntu(left(() => 100)), is: 'poor' },
  { where: 'full', host: ubuntu(left(() => 10)), is: 'bad', fix: 'XDG_STATE_HOME' },
]);
