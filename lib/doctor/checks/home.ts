/** Whether Vagrant and VirtualBox can work in this user's folder. */
import path from 'node:path';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { steps } from '../install-hints.js';

const HOME = subject('vagrant.home', ['vagrant']);

/** Ruby on Windows, and VBoxManage's own answers, take such names apart wrongly; elsewhere it is seldom. */
export async function vagrantHome({ host }: Facts): Promise<Check[]> {
  const isWindows = host.platform === 'win32';
  const { join } = isWindows ? path.win32 : path.posix;
  const named = host.env['VAGRANT_HOME'];
  const folder = named ? named : join(host.home, '.vagrant.d');
  const letters = [...new Set(folder.match(/[^\x20-\x7e]/gu) ?? [])].join(' ');
  if (letters === '') return [HOME.good(message('vagrant.home.plain', { folder }))];
  const seen = message('vagrant.home.letters', { folder, letters });
  if (!isWindows) {
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
