/** What Vagrant makes machines with. */
import { cases, nothing, vagrant, vbox } from '../support/cases.js';
import {
  appleSilicon,
  debian,
  failed,
  hung,
  mac,
  type Said,
  ubuntu,
  windows,
} from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

cases('provider', [
  { where: 'VirtualBox', host: ubuntu(), is: 'good', seen: 'virtualbox: it is here' },
  { where: 'libvirt', host: debian(), is: 'good', seen: 'libvirt: Vagrant has its plugin' },
  {
    where: 'VirtualBox, though it starts nothing, and libvirt: its own check tells',
    host: debian({ programs: vbox(recorded.NO_MODULE) }),
    is: 'good',
    seen: 'virtualbox: it is here',
  },
  {
    where: 'both, and one is named',
    host: debian({
      programs: vbox('7.1.4r165100\n'),
      env: { VAGRANT_DEFAULT_PROVIDER: 'libvirt' },
    }),
    is: 'good',
    seen: 'libvirt: VAGRANT_DEFAULT_PROVIDER names it',
  },
  {
    where: 'none',
    host: ubuntu(nothing('vagrant', 'incus')),
    is: 'bad',
    seen: 'neither VirtualBox',
    fix: 'virtualbox.org',
  },
  {
    where: 'Vagrant had no time to name its plugins',
    host: ubuntu({
      ...nothing('vagrant', 'incus'),
      programs: vagrant({ 'plugin list': hung('vagrant', 10) }),
    }),
    is: 'poor',
    seen: 'vagrant did not end within 10 s',
    fix: 'vagrant plugin list',
  },
  {
    where: 'Vagrant cannot name its plugins',
    host: ubuntu({
      ...nothing('vagrant', 'incus'),
      programs: vagrant({ 'plugin list': failed('ruby: not found', 127) }),
    }),
    is: 'bad',
    seen: 'neither VirtualBox',
  },
  {
    where: 'none, WSL',
    host: ubuntu({ release: '5.15.153.1-microsoft-standard-WSL2', ...nothing('vagrant') }),
    is: 'bad',
    seen: 'this is WSL',
    fix: 'in Windows itself',
  },
  {
    where: 'none, Windows',
    host: windows(nothing('vagrant', 'powershell', 'route')),
    is: 'bad',
    fix: 'winget install --id Oracle.VirtualBox',
  },
  {
    where: 'none, macOS',
    host: mac(nothing('vagrant', 'sysctl', 'netstat')),
    is: 'bad',
    fix: 'brew install --cask virtualbox',
  },
  {
    where: 'none, Linux on ARM, where VirtualBox is none',
    host: ubuntu({ arch: 'arm64', ...nothing('vagrant', 'incus') }),
    is: 'bad',
    fix: /apt-get install libvirt-daemon-system libvirt-clients qemu-system-arm[\s\S]*vagrant plugin install vagrant-libvirt/,
  },
  {
    where: 'another one is named',
    host: ubuntu({ env: { VAGRANT_DEFAULT_PROVIDER: 'docker' } }),
    is: 'bad',
    seen: '"docker"',
  },
]);

cases('virtualbox', [
  { where: 'known', host: ubuntu(), is: 'good', seen: '7.1.4' },
  {
    where: "a distribution's",
    host: ubuntu({ programs: vbox('6.1.50_Ubuntur161033\n') }),
    is: 'good',
    seen: '6.1.50',
  },
  {
    where: '7.2 with a Vagrant that knows it',
    host: ubuntu({ programs: vbox('7.2.4r170995\n') }),
    is: 'good',
  },
  {
    where: '7.2 with one that does not',
    host: ubuntu({
      programs: { ...vbox('7.2.0r170228\n'), ...vagrant({ '--version': 'Vagrant 2.4.8\n' }) },
    }),
    is: 'bad',
    seen: 'Vagrant 2.4.8 does not know; 2.4.9 does',
  },
  {
    where: 'newer than all that is known',
    host: ubuntu({ programs: vbox('8.0.0r180000\n') }),
    is: 'poor',
  },
  {
    where: 'ancient',
    host: ubuntu({ programs: vbox('6.0.24r139119\n') }),
    is: 'bad',
    seen: '6.1.0 or newer',
  },
  {
    where: 'without its module, Ubuntu',
    host: ubuntu({ programs: vbox(recorded.NO_MODULE) }),
    is: 'bad',
    seen: 'vboxdrv',
    fix: 'linux-headers-6.8.0-45-generic',
  },
  {
    where: 'without its module, as Debian packs it',
    host: ubuntu({ programs: vbox(recorded.NO_MODULE_ON_DEBIAN) }),
    is: 'bad',
    seen: /7\.2\.22.*vboxdrv/,
    fix: 'virtualbox-dkms',
  },
  {
    where: 'without its module, and libvirt is here',
    host: debian({ programs: vbox(recorded.NO_MODULE) }),
    is: 'bad',
    fix: 'Or use libvirt: VAGRANT_DEFAULT_PROVIDER=libvirt',
  },
  {
    where: 'without its module, Fedora',
    host: ubuntu({
      programs: vbox(recorded.NO_MODULE),
      files: { '/etc/os-release': recorded.FEDORA },
    }),
    is: 'bad',
    fix: 'kernel-devel-6.8.0-45-generic',
  },
  {
    where: 'without its extension, macOS',
    host: mac({ programs: vbox(recorded.NO_MODULE) }),
    is: 'bad',
    fix: 'Privacy & Security',
  },
  { where: 'Apple Silicon, from 7.1 on', host: appleSilicon(), is: 'good' },
  {
    where: 'Apple Silicon, before',
    host: appleSilicon({ programs: vbox('7.0.20r163906\n') }),
    is: 'bad',
    seen: 'only from 7.1.0 on',
  },
  {
    where: 'Windows on ARM, before 7.2',
    host: windows({ arch: 'arm64' }),
    is: 'bad',
    seen: 'only from 7.2.0 on',
  },
  {
    where: 'Linux on ARM',
    host: ubuntu({ arch: 'arm64' }),
    is: 'bad',
    fix: 'VAGRANT_DEFAULT_PROVIDER=libvirt',
  },
  {
    where: 'one that hangs',
    host: ubuntu({ programs: vbox(hung('VBoxManage', 10)) }),
    is: 'poor',
    seen: 'did not end within 10 s',
    fix: /run the same command again[\s\S]*VBoxManage --version/,
  },
  {
    where: 'one that is broken',
    host: ubuntu({ programs: vbox(failed('VBoxManage: error: Failed to create the object')) }),
    is: 'bad',
    seen: 'Failed to create the object',
    fix: 'install it anew',
  },
  {
    where: 'one that cannot be started',
    host: ubuntu({ programs: vbox({ ended: false, silent: 'VBoxManage could not be started' }) }),
    is: 'bad',
    seen: 'could not be started',
  },
  {
    where: 'named, and not there',
    host: ubuntu({
      env: { VAGRANT_DEFAULT_PROVIDER: 'virtualbox' },
      ...nothing('vagrant', 'incus'),
    }),
    is: 'bad',
    seen: 'no VBoxManage',
  },
  { where: 'libvirt is taken', host: debian(), is: 'left out' },
]);

const withoutPlugin = {
  vagrant: {
    '--version': 'Vagrant 2.4.9\n',
    'plugin list': recorded.NO_PLUGINS,
    'box list': recorded.NO_BOXES,
  },
};
cases('vagrant-libvirt', [
  { where: 'there', host: debian(), is: 'good', seen: '0.11.2' },
  {
    where: 'not there',
    host: debian({ programs: withoutPlugin }),
    is: 'bad',
    fix: 'vagrant plugin install vagrant-libvirt',
    remedy: 'install the plugin vagrant-libvirt',
  },
  {
    where: 'not there, Fedora',
    host: debian({ programs: withoutPlugin, files: { '/etc/os-release': recorded.FEDORA } }),
    is: 'bad',
    fix: 'dnf install @virtualization',
  },
  {
    where: 'nobody tells',
    host: debian({
      programs: {
        vagrant: {
          '--version': 'Vagrant 2.4.9\n',
          'plugin list': hung('vagrant', 12),
          'box list': recorded.NO_BOXES,
        },
      },
    }),
    is: 'poor',
    seen: 'did not end within 12 s',
  },
  { where: 'VirtualBox is taken', host: ubuntu(), is: 'left out' },
]);

const virsh = (said: Said) => ({
  virsh: {
    '-c qemu:///system version': said,
    '-c qemu:///system net-dumpxml': failed('error: no'),
    '-c qemu:///system pool-dumpxml': failed('error: no'),
  },
});
cases('libvirt', [
  { where: 'it answers', host: debian(), is: 'good', seen: 'QEMU 7.2.22' },
  {
    where: 'it answers, on ARM',
    host: debian({ arch: 'arm64', programs: { 'qemu-system-aarch64': { '-accel kvm': '' } } }),
    is: 'good',
  },
  {
    where: 'it answers, on ARM without firmware',
    host: debian({ arch: 'arm64', whyNotUsable: () => 'absent' }),
    is: 'bad',
    seen: 'AAVMF_CODE.fd',
    fix: 'sudo apt-get install qemu-efi-aarch64',
  },
  {
    where: 'its daemon does not run',
    host: debian({ programs: virsh(failed(recorded.VIRSH_DEAD)) }),
    is: 'bad',
    seen: "libvirt-sock': No such file",
    fix: 'systemctl enable --now libvirtd',
  },
  {
    where: 'it lets nobody in',
    host: debian({ programs: virsh(failed(recorded.VIRSH_DENIED)) }),
    is: 'bad',
    seen: 'polkit',
    fix: 'usermod -aG libvirt',
  },
  {
    where: 'it hangs',
    host: debian({ programs: virsh(hung('virsh', 8)) }),
    is: 'bad',
    seen: 'virsh did not end within 8 s',
  },
  {
    where: 'no virsh',
    host: debian(nothing('vagrant', 'incus')),
    is: 'poor',
    fix: 'libvirt-clients',
  },
  { where: 'VirtualBox is taken', host: ubuntu(), is: 'left out' },
]);
