import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { askAgain, installVagrant, steps, systemOf } from '../install-hints.js';

/** What the lab's Vagrantfile asks for. */
const OLDEST = '2.3.4';

/** Older ones do not know the disk controller of the cloud-image boxes. */
const OLDEST_FOR_VIRTUALBOX = '2.4.4';

const SSH = subject('ssh', ['vagrant']);

export async function ssh({ host }: Facts): Promise<Check[]> {
  const program = host.program('ssh');
  if (program !== undefined) return [SSH.good(program)];
  const ways = {
    windows: steps('ssh.in-powershell', [
      'Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0',
    ]),
    debian: steps('install.it', ['sudo apt-get install openssh-client']),
    fedora: steps('install.it', ['sudo dnf install openssh-clients']),
    macos: message('ssh.on-macos'),
    other: message('ssh.by-hand'),
  };
  return [SSH.bad(message('ssh.none'), ways[systemOf(host)])];
}

const VAGRANT = subject('vagrant', ['vagrant']);

export async function vagrant(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const [asked, provider] = await Promise.all([facts.vagrant(), facts.provider()]);
  if (asked === undefined) {
    return [VAGRANT.bad(message('vagrant.none'), installVagrant(host))];
  }
  if ('flaw' in asked) {
    const seen = message('asked.no-version', { said: asked.flaw });
    if (asked.late) return [VAGRANT.poor(seen, askAgain('vagrant --version'))];
    const command = 'vagrant --version';
    const install = installVagrant(host);
    return [VAGRANT.bad(seen, message('asked.see-or-install', { command, install }))];
  }
  const { version } = asked;
  if (provider?.name === 'virtualbox' && !isNew(version, OLDEST_FOR_VIRTUALBOX)) {
    const seen = message('vagrant.too-old-for-virtualbox', {
      version,
      oldest: OLDEST_FOR_VIRTUALBOX,
    });
    return [VAGRANT.bad(seen, installVagrant(host))];
  }
  if (!isNew(version, OLDEST)) {
    const seen = message('asked.too-old', { version, oldest: OLDEST });
    return [VAGRANT.bad(seen, installVagrant(host))];
  }
  return [VAGRANT.good(version)];
}
