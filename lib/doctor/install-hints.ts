/** How things are installed, by system. What is meant to be copied stands on lines of its own, two blanks in. */
import { type Message, type MessageCode, message } from '../report/messages.js';
import type { Host } from './host.js';

export type System = 'windows' | 'macos' | 'debian' | 'fedora' | 'other';

export function systemOf({ platform, read }: Pick<Host, 'platform' | 'read'>): System {
  if (platform === 'win32') return 'windows';
  if (platform === 'darwin') return 'macos';
  const { ID = '', ID_LIKE = '' } = osRelease(read);
  const words = `${ID} ${ID_LIKE}`.split(' ');
  if (words.some((word) => ['debian', 'ubuntu'].includes(word))) return 'debian';
  if (words.some((word) => ['fedora', 'rhel', 'centos'].includes(word))) return 'fedora';
  return 'other';
}

/** Linux as a guest of Windows: `5.15.153.1-microsoft-standard-WSL2`. */
export function isWsl({ platform, release }: Pick<Host, 'platform' | 'release'>): boolean {
  return platform === 'linux' && /microsoft/i.test(release);
}

/** Red Hat Enterprise Linux, CentOS and what is built from them, whose dnf is older than Fedora's. */
function isEnterprise({ read }: Pick<Host, 'read'>): boolean {
  const { ID = '', ID_LIKE = '' } = osRelease(read);
  return ID !== 'fedora' && /\b(?:rhel|centos)\b/.test(`${ID} ${ID_LIKE}`);
}

const ADD_TO_FEDORA = [
  'sudo dnf config-manager addrepo --from-repofile=https://rpm.releases.hashicorp.com/fedora/hashicorp.repo',
];
const ADD_TO_ENTERPRISE = [
  'sudo dnf install dnf-plugins-core',
  'sudo dnf config-manager --add-repo https://rpm.releases.hashicorp.com/RHEL/hashicorp.repo',
];

const VAGRANT_PAGE = 'https://developer.hashicorp.com/vagrant/install';
const VIRTUALBOX_PAGE = 'https://www.virtualbox.org/wiki/Downloads';

/** Vagrant as its makers publish it: what distributions have is often too old for VirtualBox. */
export function installVagrant(host: Host): Message {
  switch (systemOf(host)) {
    case 'windows':
      return steps('install.in-powershell', ['winget install --id Hashicorp.Vagrant']);
    case 'macos':
      return steps('install.it', ['brew install --cask vagrant']);
    case 'debian':
      return steps('install.from-makers', [
        'curl -fsSL https://apt.releases.hashicorp.com/gpg | sudo gpg --dearmor -o /usr/share/keyrings/hashicorp-archive-keyring.gpg',
        `echo "deb [signed-by=/usr/share/keyrings/hashicorp-archive-keyring.gpg] https://apt.releases.hashicorp.com ${codename(host)} main" | sudo tee /etc/apt/sources.list.d/hashicorp.list`,
        'sudo apt-get update && sudo apt-get install vagrant',
      ]);
    case 'fedora':
      return steps('install.from-makers', [
        ...(isEnterprise(host) ? ADD_TO_ENTERPRISE : ADD_TO_FEDORA),
        'sudo dnf install vagrant',
      ]);
    default:
      return message('install.as-makers-say', { page: VAGRANT_PAGE });
  }
}

export function installVirtualBox(host: Host): Message {
  switch (systemOf(host)) {
    case 'windows':
      return steps('install.virtualbox-in-powershell', ['winget install --id Oracle.VirtualBox']);
    case 'macos':
      return steps('install.virtualbox', ['brew install --cask virtualbox']);
    default:
      return message('install.virtualbox-as-makers-say', { page: VIRTUALBOX_PAGE });
  }
}

/** On Linux; `ownVagrant`: Vagrant is the distribution's, and so must its plugin be. */
export function installLibvirt(host: Host, ownVagrant = false): Message {
  const plugin = ownVagrant ? ['vagrant-libvirt'] : ['libvirt-dev', 'build-essential'];
  const qemu = host.arch === 'arm64' ? 'qemu-system-arm qemu-efi-aarch64' : 'qemu-system-x86';
  const add = ownVagrant ? [] : ['vagrant plugin install vagrant-libvirt'];
  const group = 'sudo usermod -aG libvirt "$USER"    # then log out and in again';
  switch (systemOf(host)) {
    case 'debian':
      return steps('install.libvirt', [
        `sudo apt-get install libvirt-daemon-system libvirt-clients ${qemu} ${plugin.join(' ')}`,
        group,
        ...add,
      ]);
    case 'fedora':
      return steps('install.libvirt', [
        ownVagrant
          ? 'sudo dnf install @virtualization vagrant-libvirt'
          : 'sudo dnf install @virtualization gcc make libvirt-devel',
        'sudo systemctl enable --now libvirtd',
        group,
        ...add,
      ]);
    default:
      return message('install.libvirt-by-hand');
  }
}

/** That of machines of ARM. */
export function installFirmware(host: Host): Message {
  const dnf = systemOf(host) === 'fedora';
  const command = dnf ? 'dnf install edk2-aarch64' : 'apt-get install qemu-efi-aarch64';
  return steps('install.it', [`sudo ${command}`]);
}

/** Where a program had no time to answer: nobody knows that it does not work. */
export function askAgain(command: string): Message {
  return steps('asked.again', [command]);
}

/** What to type as administrator or root, under a sentence. */
export function steps(what: MessageCode | Message, commands: readonly string[]): Message {
  return message('steps', {
    what: typeof what === 'string' ? message(what) : what,
    commands: commands.map((command) => `  ${command}`).join('\n'),
  });
}

function codename({ read }: Host): string {
  const { UBUNTU_CODENAME, VERSION_CODENAME } = osRelease(read);
  return UBUNTU_CODENAME ?? VERSION_CODENAME ?? '$(lsb_release -cs)';
}

function osRelease(read: Host['read']): Record<string, string> {
  const text = read('/etc/os-release') ?? '';
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
}
