/** Whether anything is here that Vagrant could make machines with, and what libvirt needs besides. */
import type { Remedy } from '../../backends/backend.js';
import { ARM_FIRMWARE } from '../../model/distributions.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf, requireSuccess, saidBy } from '../host.js';
import {
  askAgain,
  installFirmware,
  installLibvirt,
  installVirtualBox,
  isWsl,
  steps,
  systemOf,
} from '../install-hints.js';

const PROVIDER = subject('provider', ['vagrant']);

export async function provider(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  const named = host.env['VAGRANT_DEFAULT_PROVIDER'];
  if (named !== undefined && named !== '' && !['virtualbox', 'libvirt'].includes(named)) {
    return [
      PROVIDER.bad(
        message('provider.other', { named: JSON.stringify(named) }),
        message('provider.other.fix'),
      ),
    ];
  }
  const found = await facts.provider();
  if (found) {
    const { name, because } = found;
    return [PROVIDER.good(message('provider.taken', { name, because }))];
  }
  if (isWsl(host)) {
    return [PROVIDER.bad(message('provider.wsl'), message('provider.wsl.fix'))];
  }
  const linux = host.platform === 'linux';
  const asked = linux ? await facts.plugin(PLUGIN_NAME) : undefined;
  if (asked && 'flaw' in asked && asked.late) {
    const seen = message('provider.plugins-silent', { said: asked.flaw });
    return [PROVIDER.poor(seen, askAgain('vagrant plugin list'))];
  }
  return [
    PROVIDER.bad(
      message(linux ? 'provider.neither' : 'provider.none'),
      linux && host.arch === 'arm64' ? installLibvirt(host) : installVirtualBox(host),
    ),
  ];
}

const PLUGIN_NAME = 'vagrant-libvirt';

const PLUGIN = subject(PLUGIN_NAME, ['vagrant']);

export async function plugin(facts: Facts): Promise<Check[]> {
  const [found, vagrant] = await Promise.all([facts.provider(), facts.vagrant()]);
  if (found?.name !== 'libvirt' || vagrant === undefined) return [];
  const asked = await facts.plugin(PLUGIN_NAME);
  if (asked === undefined) {
    const fix = installLibvirt(facts.host);
    return [PLUGIN.bad(message('vagrant-libvirt.none'), fix, pluginRemedy(facts))];
  }
  if ('flaw' in asked) {
    const fix = message('asked.ask-it', { command: 'vagrant plugin list' });
    return [PLUGIN.poor(message('asked.silent', { said: asked.flaw }), fix)];
  }
  return [PLUGIN.good(asked.version)];
}

/** It may compile what it needs. */
const PLUGIN_MS = 900_000;

function pluginRemedy({ host, vagrantProgram = 'vagrant' }: Facts): Remedy {
  return {
    describe: message('vagrant-libvirt.remedy'),
    run: async ({ onProgress, signal }) => {
      const answer = await host.run(vagrantProgram, ['plugin', 'install', 'vagrant-libvirt'], {
        deadlineMs: PLUGIN_MS,
        onLine: (line) => onProgress?.(line),
        signal,
      });
      const hint = `. It needs libvirt's headers and a compiler. ${installLibvirt(host).text}`;
      requireSuccess('vagrant plugin install vagrant-libvirt', answer, hint);
    },
  };
}

const LIBVIRT = subject('libvirt', ['vagrant']);

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
        message('asked.silent', { said: message('asked.no-program', { program: 'virsh' }) }),
        systemOf(host) === 'debian'
          ? steps('install.it', ['sudo apt-get install libvirt-clients'])
          : message('libvirt.install'),
      ),
    ];
  }
  const text = outputOf(answer);
  const [, hypervisor] = /Running hypervisor: (.+)$/m.exec(text ?? '') ?? [];
  if (text !== undefined) {
    const lacks =
      host.arch === 'arm64' && ARM_FIRMWARE.every((file) => host.whyNotUsable(file) === 'absent');
    return [
      lacks
        ? LIBVIRT.bad(
            message('libvirt.no-firmware', { file: ARM_FIRMWARE[0] }),
            installFirmware(host),
          )
        : LIBVIRT.good(hypervisor?.trim() ?? message('libvirt.answers')),
    ];
  }
  const whole = answer.ended ? `${answer.stderr}\n${answer.stdout}` : '';
  const said = detail(whole) ?? saidBy(answer);
  if (/permission denied|authentication|polkit|not authorized/i.test(whole)) {
    const fix = steps('libvirt.denied.fix', ['sudo usermod -aG libvirt "$USER"']);
    return [LIBVIRT.bad(message('libvirt.denied', { said }), fix)];
  }
  const fix = steps('libvirt.silent.fix', ['sudo systemctl enable --now libvirtd']);
  return [LIBVIRT.bad(message('libvirt.silent', { said }), fix)];
}

/** The last line of an error says what it comes from. */
function detail(said: string): string | undefined {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines
    .at(-1)
    ?.replace(/^error:\s*/i, '')
    .trim();
}
