/** Whether anything is here that Vagrant could make machines with, and what libvirt needs besides. */
import type { Remedy } from '../../backends/backend.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf, saidBy } from '../host.js';
import {
  askAgain,
  installLibvirt,
  installVirtualBox,
  isWsl,
  steps,
  systemOf,
} from '../install-hints.js';

const PROVIDER = subject(
  'provider',
  'Provider',
  ['vagrant'],
  'Vagrant makes the machines with VirtualBox, or on Linux with libvirt.',
);

export async function provider(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const named = host.env['VAGRANT_DEFAULT_PROVIDER'];
  if (named !== undefined && named !== '' && !['virtualbox', 'libvirt'].includes(named)) {
    return [
      PROVIDER.bad(
        `VAGRANT_DEFAULT_PROVIDER is ${JSON.stringify(named)}, and the lab's machines are described for virtualbox and libvirt`,
        'Unset VAGRANT_DEFAULT_PROVIDER, or set it to one of these.',
      ),
    ];
  }
  const found = await facts.provider();
  if (found) return [PROVIDER.good(`${found.name}: ${found.because}`)];
  if (isWsl(host)) {
    return [
      PROVIDER.bad(
        'this is WSL, in which no virtual machines run',
        'Use processes here: --backend local. Or run redis-lab and Vagrant in Windows itself, in PowerShell.',
      ),
    ];
  }
  const linux = host.platform === 'linux';
  const asked = linux ? await facts.plugin(PLUGIN_NAME) : undefined;
  if (asked && 'flaw' in asked && asked.late) {
    const seen = `there is no VirtualBox (VBoxManage), and Vagrant's plugins could not be asked: ${asked.flaw}`;
    return [PROVIDER.poor(seen, askAgain('vagrant plugin list'))];
  }
  return [
    PROVIDER.bad(
      linux
        ? 'there is neither VirtualBox (VBoxManage) nor the plugin vagrant-libvirt'
        : 'there is no VirtualBox (VBoxManage)',
      linux && host.arch === 'arm64' ? installLibvirt(host) : installVirtualBox(host),
    ),
  ];
}

const PLUGIN_NAME = 'vagrant-libvirt';

const PLUGIN = subject(
  PLUGIN_NAME,
  `Plugin ${PLUGIN_NAME}`,
  ['vagrant'],
  'Vagrant speaks to libvirt through it.',
);

export async function plugin(facts: Facts): Promise<Check[]> {
  const [found, vagrant] = await Promise.all([facts.provider(), facts.vagrant()]);
  if (found?.name !== 'libvirt' || vagrant === undefined) return [];
  const asked = await facts.plugin(PLUGIN_NAME);
  if (asked === undefined) {
    const fix = installLibvirt(facts.host);
    return [PLUGIN.bad('Vagrant has no such plugin', fix, pluginRemedy(facts))];
  }
  if ('flaw' in asked) {
    return [PLUGIN.poor(`could not be asked: ${asked.flaw}`, 'Ask it: vagrant plugin list')];
  }
  return [PLUGIN.good(asked.version)];
}

/** It may compile what it needs. */
const PLUGIN_MS = 900_000;

function pluginRemedy({ host, vagrantProgram = 'vagrant' }: Facts): Remedy {
  return {
    describe: 'install the plugin vagrant-libvirt',
    run: async ({ onProgress, signal }) => {
      const answer = await host.run(vagrantProgram, ['plugin', 'install', 'vagrant-libvirt'], {
        deadlineMs: PLUGIN_MS,
        onLine: (line) => onProgress?.(line),
        signal,
      });
      if (outputOf(answer) !== undefined) return;
      throw new RedisLabError(
        `vagrant plugin install vagrant-libvirt: ${saidBy(answer)}. It needs libvirt's headers and a compiler. ${installLibvirt(host)}`,
        { exitCode: EXIT.program },
      );
    },
  };
}

const LIBVIRT = subject(
  'libvirt',
  'libvirt',
  ['vagrant'],
  'The machines are made by its daemon, which must run and let you in.',
);

const ADDRESS = 'qemu:///system';

export async function libvirt(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const [found, answer] = await Promise.all([
    facts.provider(),
    // Asked at once: both may take their time.
    facts.says('virsh', ['-c', ADDRESS, 'version']),
  ]);
  if (found?.name !== 'libvirt') return [];
  if (answer === undefined) {
    return [
      LIBVIRT.poor(
        'could not be asked: there is no virsh',
        systemOf(host) === 'debian'
          ? steps('Install it:', ['sudo apt-get install libvirt-clients'])
          : 'Install libvirt, with its client virsh.',
      ),
    ];
  }
  const text = outputOf(answer);
  const [, hypervisor] = /Running hypervisor: (.+)$/m.exec(text ?? '') ?? [];
  if (text !== undefined) return [LIBVIRT.good(hypervisor?.trim() ?? 'it answers')];
  const said = saidBy(answer);
  const whole = answer.ended ? `${answer.stderr}\n${answer.stdout}` : said;
  if (/permission denied|authentication|polkit|not authorized/i.test(whole)) {
    const fix = steps('Become a member of its group, then log out and in again:', [
      'sudo usermod -aG libvirt "$USER"',
    ]);
    return [LIBVIRT.bad(`it does not let you in: ${detail(whole)}`, fix)];
  }
  const fix = steps("Start libvirt's daemon:", ['sudo systemctl enable --now libvirtd']);
  return [LIBVIRT.bad(`it does not answer: ${detail(whole)}`, fix)];
}

/** The last line of an error says what it comes from. */
function detail(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'it said nothing').replace(/^error:\s*/i, '').trim();
}
