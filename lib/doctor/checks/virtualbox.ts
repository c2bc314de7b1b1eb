/** VirtualBox itself, where Vagrant would take it. */
import { type Message, message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { askAgain, installVagrant, installVirtualBox, steps, systemOf } from '../install-hints.js';

const VIRTUALBOX = subject('virtualbox', ['vagrant']);

/** The first version of Vagrant that knows a VirtualBox. */
const KNOWN: readonly (readonly [virtualBox: string, vagrant: string])[] = [
  ['7.2.0', '2.4.9'],
  ['7.1.0', '2.4.2'],
];

/** From here on, no Vagrant was seen to know it. */
const UNKNOWN = '7.3.0';

const OLDEST = '6.1.0';

/** The first that runs machines (of ARM only) on ARM. */
const OLDEST_ON_ARM = { darwin: '7.1.0', win32: '7.2.0' } as const;

export async function virtualBox(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  if ((await facts.provider())?.name !== 'virtualbox') return [];
  const install = installVirtualBox(host);
  const asked = await facts.virtualBox();
  if (asked === undefined) return [VIRTUALBOX.bad(message('virtualbox.none'), install)];
  if ('flaw' in asked) {
    const seen = message('asked.no-version', { said: asked.flaw });
    if (asked.late) return [VIRTUALBOX.poor(seen, askAgain('VBoxManage --version'))];
    const command = 'VBoxManage --version';
    return [VIRTUALBOX.bad(seen, message('asked.see-or-install', { command, install }))];
  }
  const { version } = asked;
  if (NO_MODULE.test(asked.said)) {
    const plugin = await facts.plugin('vagrant-libvirt');
    const way = moduleWay(facts);
    const fix = plugin === undefined ? way : message('virtualbox.or-libvirt', { way });
    return [VIRTUALBOX.bad(message('virtualbox.no-module', { version }), fix)];
  }
  if (!isNew(version, OLDEST)) {
    const seen = message('asked.too-old', { version, oldest: OLDEST });
    return [VIRTUALBOX.bad(seen, install)];
  }
  if (host.arch === 'arm64') {
    const oldest = host.platform === 'win32' ? OLDEST_ON_ARM.win32 : OLDEST_ON_ARM.darwin;
    if (host.platform === 'linux') {
      const seen = message('virtualbox.linux-on-arm', { version });
      return [VIRTUALBOX.bad(seen, message('virtualbox.linux-on-arm.fix'))];
    }
    if (!isNew(version, oldest)) {
      const seen = message('virtualbox.too-old-on-arm', { version, oldest });
      return [VIRTUALBOX.bad(seen, install)];
    }
  }
  for (const [from, needs] of KNOWN) {
    if (isNew(version, from) && !(await facts.vagrantIs(needs))) {
      // Without a Vagrant that answers, its own check says so.
      const vagrant = await facts.vagrant();
      if (vagrant === undefined || 'flaw' in vagrant) break;
      const seen = message('virtualbox.unknown-to-vagrant', {
        version,
        vagrant: vagrant.version,
        needs,
      });
      return [VIRTUALBOX.bad(seen, installVagrant(host))];
    }
  }
  if (isNew(version, UNKNOWN)) {
    return [
      VIRTUALBOX.poor(message('virtualbox.newer', { version }), message('virtualbox.newer.fix')),
    ];
  }
  return [VIRTUALBOX.good(version)];
}

/** Printed before the version, with exit code 0, where its kernel module is missing. */
const NO_MODULE = /vboxdrv|kernel module is not loaded|You will not be able to start VMs/i;

function moduleWay({ host }: Facts): Message {
  const [release] = host.release.split(' ');
  switch (systemOf(host)) {
    case 'debian':
      return steps('virtualbox.build-module-signed', [
        `sudo apt-get install linux-headers-${release} dkms`,
        'sudo /sbin/vboxconfig || sudo dpkg-reconfigure virtualbox-dkms',
      ]);
    case 'fedora':
      return steps('virtualbox.build-module-secure-boot', [
        `sudo dnf install kernel-devel-${release} gcc make`,
        'sudo /sbin/vboxconfig',
      ]);
    case 'macos':
      return message('virtualbox.allow-extension');
    default:
      return steps('virtualbox.build-module', ['sudo /sbin/vboxconfig']);
  }
}
