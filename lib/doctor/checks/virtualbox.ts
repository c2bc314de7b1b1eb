/** VirtualBox itself, where Vagrant would take it. */
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { askAgain, installVagrant, installVirtualBox, steps, systemOf } from '../install-hints.js';

const VIRTUALBOX = subject(
  'virtualbox',
  'VirtualBox',
  ['vagrant'],
  'Vagrant makes the machines with it.',
);

/** From which version of Vagrant on it knows a VirtualBox. */
const KNOWN: readonly (readonly [virtualBox: string, vagrant: string])[] = [
  ['7.2.0', '2.4.9'],
  ['7.1.0', '2.4.2'],
];

/** What no Vagrant is known to know. */
const UNKNOWN = '7.3.0';

const OLDEST = '6.1.0';

/** The first that runs machines on ARM, those of ARM only. */
const OLDEST_ON_ARM = { darwin: '7.1.0', win32: '7.2.0' } as const;

export async function virtualBox(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  if ((await facts.provider())?.name !== 'virtualbox') return [];
  const install = installVirtualBox(host);
  const asked = await facts.virtualBox();
  if (asked === undefined) return [VIRTUALBOX.bad('there is no VBoxManage', install)];
  if ('flaw' in asked) {
    const seen = `its version could not be asked: ${asked.flaw}`;
    if (asked.late) return [VIRTUALBOX.poor(seen, askAgain('VBoxManage --version'))];
    const fix = `See what it says: VBoxManage --version. Or install it anew. ${install}`;
    return [VIRTUALBOX.bad(seen, fix)];
  }
  const { version } = asked;
  if (NO_MODULE.test(asked.said)) {
    const plugin = await facts.plugin('vagrant-libvirt');
    const other = plugin === undefined ? '' : `\nOr use libvirt: ${LIBVIRT}`;
    return [VIRTUALBOX.bad(`${version}, ${WITHOUT}`, `${moduleWay(facts)}${other}`)];
  }
  if (!isNew(version, OLDEST)) {
    return [VIRTUALBOX.bad(`${version}, and the lab needs ${OLDEST} or newer`, install)];
  }
  if (host.arch === 'arm64') {
    const oldest = host.platform === 'win32' ? OLDEST_ON_ARM.win32 : OLDEST_ON_ARM.darwin;
    if (host.platform === 'linux') {
      return [VIRTUALBOX.bad(`${version}, which runs nothing on Linux on ARM`, ON_LINUX_ARM)];
    }
    if (!isNew(version, oldest)) {
      const seen = `${version}, and on an ARM processor it runs machines only from ${oldest} on`;
      return [VIRTUALBOX.bad(seen, install)];
    }
  }
  for (const [from, needs] of KNOWN) {
    if (isNew(version, from) && !(await facts.vagrantIs(needs))) {
      // Without a Vagrant that answers, its own check says so.
      const vagrant = await facts.vagrant();
      if (vagrant === undefined || 'flaw' in vagrant) break;
      const seen = `${version}, which Vagrant ${vagrant.version} does not know; ${needs} does`;
      return [VIRTUALBOX.bad(seen, installVagrant(host))];
    }
  }
  if (isNew(version, UNKNOWN)) {
    return [
      VIRTUALBOX.poor(
        `${version}, newer than this redis-lab: whether Vagrant knows it was not tried`,
        'If vagrant up refuses it, install the newest Vagrant, or VirtualBox 7.2: https://www.virtualbox.org/wiki/Download_Old_Builds',
      ),
    ];
  }
  return [VIRTUALBOX.good(version)];
}

/** What it says, before its version and with exit code 0, where its kernel part is missing. */
const NO_MODULE = /vboxdrv|kernel module is not loaded|You will not be able to start VMs/i;

const LIBVIRT = 'VAGRANT_DEFAULT_PROVIDER=libvirt';

const WITHOUT = 'and its kernel part (vboxdrv) is not loaded: it can start no machine';

const ON_LINUX_ARM = `Use libvirt, which does: ${LIBVIRT}; or --backend incus, or local.`;

function moduleWay({ host }: Facts): string {
  const [release] = host.release.split(' ');
  switch (systemOf(host)) {
    case 'debian':
      return steps(
        'Build and load it (with Secure Boot it must also be signed: the first command asks for a password, and the next start for the same one):',
        [
          `sudo apt-get install linux-headers-${release} dkms`,
          'sudo /sbin/vboxconfig || sudo dpkg-reconfigure virtualbox-dkms',
        ],
      );
    case 'fedora':
      return steps('Build and load it (with Secure Boot it must also be signed):', [
        `sudo dnf install kernel-devel-${release} gcc make`,
        'sudo /sbin/vboxconfig',
      ]);
    case 'macos':
      return 'Allow its system extension: System Settings, Privacy & Security, Oracle America, Inc.; then restart.';
    default:
      return steps('Build and load it:', ['sudo /sbin/vboxconfig']);
  }
}
