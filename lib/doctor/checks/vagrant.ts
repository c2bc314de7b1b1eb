import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { askAgain, installVagrant, steps, systemOf } from '../install-hints.js';

/** What the lab's Vagrantfile asks for. */
const OLDEST = '2.3.4';

/** Older ones do not know the disk controller of the cloud-image boxes. */
const OLDEST_FOR_VIRTUALBOX = '2.4.4';

const SSH = subject('ssh', 'ssh', ['vagrant'], 'redis-lab and you enter the machines with it.');

export async function ssh({ host }: Facts): Promise<Check[]> {
  const program = host.program('ssh');
  if (program !== undefined) return [SSH.good(program)];
  const ways = {
    windows: steps('Install it, in a PowerShell as administrator:', [
      'Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0',
    ]),
    debian: steps('Install it:', ['sudo apt-get install openssh-client']),
    fedora: steps('Install it:', ['sudo dnf install openssh-clients']),
    macos: 'macOS has it in /usr/bin: put that folder on the PATH.',
    other: "Install OpenSSH's client with the package manager of the system.",
  };
  return [SSH.bad('there is no ssh on the PATH', ways[systemOf(host)])];
}

const VAGRANT = subject('vagrant', 'Vagrant', ['vagrant'], 'It makes the machines of the lab.');

export async function vagrant(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const [asked, provider] = await Promise.all([facts.vagrant(), facts.provider()]);
  if (asked === undefined) {
    return [VAGRANT.bad('there is no vagrant on the PATH', installVagrant(host))];
  }
  if ('flaw' in asked) {
    const seen = `its version could not be asked: ${asked.flaw}`;
    if (asked.late) return [VAGRANT.poor(seen, askAgain('vagrant --version'))];
    const fix = `See what it says: vagrant --version. Or install it anew. ${installVagrant(host)}`;
    return [VAGRANT.bad(seen, fix)];
  }
  const { version } = asked;
  if (provider?.name === 'virtualbox' && !isNew(version, OLDEST_FOR_VIRTUALBOX)) {
    const seen = `${version}, and with VirtualBox the lab needs ${OLDEST_FOR_VIRTUALBOX} or newer, which knows the disk controller of the cloud-image boxes`;
    return [VAGRANT.bad(seen, installVagrant(host))];
  }
  if (!isNew(version, OLDEST)) {
    return [VAGRANT.bad(`${version}, and the lab needs ${OLDEST} or newer`, installVagrant(host))];
  }
  return [VAGRANT.good(version)];
}
