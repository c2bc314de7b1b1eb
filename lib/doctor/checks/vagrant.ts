import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { installVagrant } from '../ways.js';

/** What the lab's Vagrantfile asks for. */
const OLDEST = '2.3.4';

/** Older ones do not know the disk controller of the cloud-image boxes. */
const OLDEST_FOR_VIRTUALBOX = '2.4.4';

const VAGRANT = subject('Vagrant', ['vagrant'], 'It makes the machines of the lab.');

export async function vagrant(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const [asked, provider] = await Promise.all([facts.vagrant(), facts.provider()]);
  if (asked === undefined) {
    return [VAGRANT.bad('there is no vagrant on the PATH', installVagrant(host))];
  }
  if ('flaw' in asked) {
    const fix = `See what it says: vagrant --version. Or install it anew. ${installVagrant(host)}`;
    return [VAGRANT.bad(`its version could not be asked: ${asked.flaw}`, fix)];
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
