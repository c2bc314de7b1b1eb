/** Whether Vagrant and VirtualBox can work in this user's folder. */
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';

const HOME = subject('vagrant.home', ['vagrant']);

/** Ruby on Windows and the output of VBoxManage garble such names; on other systems this is rare. */
export async function vagrantHome({ host, vagrantHome: folder }: Facts): Promise<Check[]> {
  const letters = [...new Set(folder.match(/[^\x20-\x7e]/gu) ?? [])].join(' ');
  if (letters === '') return [HOME.good(message('vagrant.home.plain', { folder }))];
  const seen = message('vagrant.home.letters', { folder, letters });
  if (host.platform !== 'win32') {
    const fix = steps('vagrant.home.fix', [
      'export VAGRANT_HOME=/var/tmp/vagrant',
      'VBoxManage setproperty machinefolder /var/tmp/virtualbox',
    ]);
    return [HOME.poor(seen, fix)];
  }
  const fix = steps('vagrant.home.fix', [
    'setx VAGRANT_HOME C:\\vagrant',
    'VBoxManage setproperty machinefolder C:\\virtualbox',
  ]);
  return [HOME.bad(seen, fix)];
}
