/** Node and Vagrant. */
import { cases, nothing, vagrant } from '../support/cases.js';
import { debian, failed, hung, mac, ubuntu, windows } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

cases('node', [
  { where: 'a new one', host: ubuntu(), is: 'good', seen: '22.11.0' },
  { where: 'the oldest that will do', host: ubuntu({ nodeVersion: 'v20.19.0' }), is: 'good' },
  { where: 'an old one', host: ubuntu({ nodeVersion: 'v20.18.3' }), is: 'bad', fix: 'nodejs.org' },
  {
    where: 'an old one, Windows',
    host: windows({ nodeVersion: 'v18.20.0' }),
    is: 'bad',
    fix: 'winget install --id OpenJS.NodeJS.LTS',
  },
  {
    where: 'an old one, macOS',
    host: mac({ nodeVersion: 'v18.20.0' }),
    is: 'bad',
    fix: 'brew install node',
  },
]);

cases('vagrant', [
  { where: 'new, VirtualBox', host: ubuntu(), is: 'good', seen: '2.4.9' },
  { where: "Debian's own, libvirt", host: debian(), is: 'good', seen: '2.3.4' },
  {
    where: "Debian's own, VirtualBox",
    host: ubuntu({ programs: vagrant({ '--version': 'Vagrant 2.3.4\n' }) }),
    is: 'bad',
    seen: '2.3.4, and with VirtualBox the lab needs 2.4.4 or newer',
    fix: 'https://apt.releases.hashicorp.com noble main',
  },
  {
    where: 'just too old, Fedora',
    host: ubuntu({
      programs: vagrant({ '--version': 'Vagrant 2.4.3\n' }),
      files: { '/etc/os-release': recorded.FEDORA },
    }),
    is: 'bad',
    fix: 'config-manager addrepo --from-repofile=https://rpm.releases.hashicorp.com/fedora/hashicorp.repo\n  sudo dnf install vagrant',
  },
  ...[recorded.CENTOS, recorded.RHEL].map((text) => ({
    where: `just too old, ${/^NAME="(.*)"$/m.exec(text)?.[1]}`,
    host: ubuntu({
      programs: vagrant({ '--version': 'Vagrant 2.4.3\n' }),
      files: { '/etc/os-release': text },
    }),
    is: 'bad' as const,
    fix: 'sudo dnf install dnf-plugins-core\n  sudo dnf config-manager --add-repo https://rpm.releases.hashicorp.com/RHEL/hashicorp.repo\n  sudo dnf install vagrant',
  })),
  {
    where: 'older than libvirt needs',
    host: debian({
      programs: {
        vagrant: {
          '--version': 'Vagrant 2.2.14\n',
          'plugin list': recorded.LIBVIRT_PLUGIN,
          'box list': recorded.LIBVIRT_BOXES,
        },
      },
    }),
    is: 'bad',
    seen: '2.2.14, and the lab needs 2.3.4',
  },
  {
    where: 'none, Windows',
    host: windows(nothing('VBoxManage', 'powershell', 'route')),
    is: 'bad',
    fix: 'winget install --id Hashicorp.Vagrant',
  },
  {
    where: 'none, macOS',
    host: mac(nothing('VBoxManage', 'sysctl', 'netstat')),
    is: 'bad',
    fix: 'brew install --cask vagrant',
  },
  {
    where: 'one that hangs',
    host: ubuntu({ programs: vagrant({ '--version': hung('vagrant', 10) }) }),
    is: 'poor',
    seen: 'vagrant did not end within 10 s',
    fix: /run the same command again[\s\S]*vagrant --version/,
  },
  {
    where: 'one that is broken',
    host: ubuntu({
      programs: vagrant({ '--version': failed('/usr/bin/env: ruby: cannot execute', 126) }),
    }),
    is: 'bad',
    seen: 'ruby: cannot execute',
    fix: 'install it anew',
  },
]);

cases('ssh', [
  { where: 'there', host: ubuntu(), is: 'good' },
  {
    where: 'not there, Ubuntu',
    host: ubuntu(nothing('vagrant', 'VBoxManage', 'incus')),
    is: 'bad',
    fix: 'openssh-client',
  },
  {
    where: 'not there, Windows',
    host: windows(nothing('powershell', 'route')),
    is: 'bad',
    fix: 'OpenSSH.Client',
  },
  {
    where: 'not there, macOS',
    host: mac(nothing('sysctl', 'netstat')),
    is: 'bad',
    fix: '/usr/bin',
  },
  {
    where: 'not there, Fedora',
    host: ubuntu({ ...nothing('incus'), files: { '/etc/os-release': recorded.FEDORA } }),
    is: 'bad',
    fix: 'openssh-clients',
  },
]);

cases('vagrant.home', [
  { where: 'a plain one', host: ubuntu(), is: 'good', seen: '/home/me/.vagrant.d' },
  {
    where: 'other letters, Windows',
    host: windows({ home: 'C:\\Users\\Jürgen Škoda' }),
    is: 'bad',
    seen: 'C:\\Users\\Jürgen Škoda\\.vagrant.d has letters such as ü Š',
    fix: 'setx VAGRANT_HOME C:\\vagrant',
  },
  {
    where: 'other letters, and VAGRANT_HOME without them',
    host: windows({ home: 'C:\\Users\\Jürgen', env: { VAGRANT_HOME: 'D:\\vagrant' } }),
    is: 'good',
    seen: 'D:\\vagrant',
  },
  {
    where: 'VAGRANT_HOME with them',
    host: windows({ env: { VAGRANT_HOME: 'D:\\Übung' } }),
    is: 'bad',
  },
  { where: 'other letters, Linux', host: ubuntu({ home: '/home/jürgen' }), is: 'poor' },
]);
