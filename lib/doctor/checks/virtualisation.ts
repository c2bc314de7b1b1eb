/** Whether the processor really runs machines, not just whether a device file is there. */

import type { Remedy } from '../../backends/backend.js';
import type { BackendName } from '../../backends/registry.js';
import type { Sentence } from '../../coded.js';
import { type Message, message } from '../../report/messages.js';
import { type Check, type Subject, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { type Answer, outputOf, requireSuccess, saidBy } from '../host.js';
import { steps } from '../install-hints.js';
import { aboutWindows } from '../windows.js';

const BIOS = message('virtualisation.in-firmware');

/** Processors of virtual machines say that they are. */
function wayOf(flags: ReadonlySet<string>): Message {
  return flags.has('hypervisor') ? message('virtualisation.nested') : BIOS;
}

export async function virtualisation(facts: Facts): Promise<Check[]> {
  const { lab, host } = facts;
  const about: BackendName[] = lab.incus.vm ? ['vagrant', 'incus'] : ['vagrant'];
  const say = subject('virtualisation', about);
  switch (host.platform) {
    case 'linux':
      return [await onLinux(facts, say)];
    case 'darwin':
      return [await onMac(facts, say)];
    case 'win32':
      return [await onWindows(facts, say)];
    default:
      return [say.poor(message('virtualisation.no-way', { platform: host.platform }))];
  }
}

async function onLinux(facts: Facts, say: Subject): Promise<Check> {
  const { host, lab } = facts;
  const cpu = host.read('/proc/cpuinfo');
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpu ?? '')?.[1]?.split(' '));
  const provider = await facts.provider();
  const emulates = provider?.name === 'libvirt' && lab.vagrant.libvirt.driver === 'qemu';
  // VirtualBox brings a kernel part of its own, whose check is another one.
  const byKvm = provider?.name === 'libvirt' || lab.incus.vm;
  const flaw = await linuxFlaw(facts, flags, byKvm);
  if (emulates) {
    const fix = flaw
      ? message('virtualisation.emulated.fix-elsewhere', { said: flaw.seen })
      : message('virtualisation.emulated.fix');
    return say.poor(message('virtualisation.emulated'), fix);
  }
  if (flaw === undefined) {
    const name = flags.has('vmx') ? 'Intel VT-x' : flags.has('svm') ? 'AMD-V' : host.arch;
    return say.good(byKvm ? message('virtualisation.kvm-runs', { name }) : name);
  }
  if (flaw.unknown) return say.poor(flaw.seen, flaw.fix);
  const { fix: way } = flaw;
  const otherwise =
    provider?.name === 'libvirt'
      ? message('virtualisation.or-emulated', { way })
      : message('virtualisation.or-others', { way });
  return say.bad(flaw.seen, flaw.commands ? way : otherwise, flaw.remedy);
}

interface Flaw {
  readonly seen: Message;
  readonly fix: Message;
  readonly commands?: true;
  /** It could not be found out. */
  readonly unknown?: true;
  readonly remedy?: Remedy;
}

const DEVICE = '/dev/kvm';

async function linuxFlaw(
  facts: Facts,
  flags: ReadonlySet<string>,
  byKvm: boolean,
): Promise<Flaw | undefined> {
  const { host } = facts;
  const why = host.whyNotUsable(DEVICE);
  if (host.arch === 'x64') {
    if (flags.size === 0) {
      const seen = message('virtualisation.no-flags');
      return { seen, fix: message('virtualisation.no-flags.fix'), unknown: true };
    }
    if (!flags.has('vmx') && !flags.has('svm')) {
      const neither = message(
        flags.has('hypervisor') ? 'virtualisation.neither-in-guest' : 'virtualisation.neither',
      );
      const seen =
        why === 'absent'
          ? neither
          : message('virtualisation.device-all-the-same', { neither, device: DEVICE });
      return { seen, fix: wayOf(flags) };
    }
  }
  if (!byKvm) return undefined;
  if (why === 'absent') {
    const module = flags.has('svm') ? 'kvm_amd' : 'kvm_intel';
    if (host.arch !== 'x64') {
      return { seen: message('virtualisation.no-device', { device: DEVICE }), fix: BIOS };
    }
    const seen = message('virtualisation.not-loaded', { device: DEVICE });
    const fix = steps('virtualisation.not-loaded.fix', [`sudo modprobe ${module}`]);
    return {
      seen,
      fix,
      commands: true,
      ...(host.canBeRoot ? { remedy: load(facts, module) } : {}),
    };
  }
  if (why === 'denied') {
    // The daemon opens it, as a user of its own.
    const seen = message('virtualisation.denied', { device: DEVICE });
    const fix = steps('virtualisation.denied.fix', ['sudo usermod -aG kvm "$USER"']);
    return { seen, fix, unknown: true };
  }
  return tried(facts, flags);
}

/** Firmware alone takes a tenth of this where KVM works. */
const PROBE_MS = 6000;

/**
 * QEMU runs its firmware, which finds no disk, asks for a new start and so ends: that takes the processor through
 * all its modes. A KVM that is there and does not work stops in the middle.
 */
const PROBE = [
  ...['-accel', 'kvm', '-cpu', 'host', '-m', '32', '-nodefaults', '-display', 'none'],
  ...['-monitor', 'none', '-serial', 'none', '-no-reboot', '-boot', 'reboot-timeout=1'],
];

/** On ARM there is no firmware to speak of: whether a machine can be made at all is asked. */
const PROBE_ON_ARM = [
  ...['-accel', 'kvm', '-cpu', 'host', '-machine', 'virt', '-nodefaults', '-display', 'none'],
  ...['-serial', 'none', '-monitor', 'stdio', '-S'],
];

async function tried({ host }: Facts, flags: ReadonlySet<string>): Promise<Flaw | undefined> {
  const arm = host.arch === 'arm64';
  const program = host.program(`qemu-system-${arm ? 'aarch64' : 'x86_64'}`);
  if (program === undefined) {
    const seen = message('virtualisation.no-qemu', { device: DEVICE });
    return { seen, fix: message('virtualisation.no-qemu.fix'), unknown: true };
  }
  const answer = await host.run(program, arm ? PROBE_ON_ARM : PROBE, {
    deadlineMs: PROBE_MS,
    ...(arm ? { input: 'quit\n' } : {}),
  });
  if (answer.ended && answer.code === 0) return undefined;
  const seen = message('virtualisation.kvm-fails', { said: saidByQemu(answer) });
  return { seen, fix: wayOf(flags) };
}

function saidByQemu(answer: Answer): Sentence {
  if (answer.ended) return saidBy(answer);
  return message('virtualisation.kvm-hangs', { said: answer.silent });
}

function load({ host }: Facts, module: string): Remedy {
  return {
    describe: message('virtualisation.remedy', { module }),
    run: async ({ signal }) => {
      const modprobe = host.program('modprobe') ?? 'modprobe';
      const answer = await host.asRoot(modprobe, [module], { signal });
      requireSuccess(`modprobe ${module}`, answer, `. ${BIOS.text}`);
    },
  };
}

async function onMac(facts: Facts, say: Subject): Promise<Check> {
  const answer = await facts.says('sysctl', ['-n', 'kern.hv_support']);
  const text = answer && outputOf(answer)?.trim();
  if (text === '1') return say.good(message('virtualisation.on-macos'));
  if (text === '0') {
    return say.bad(
      message('virtualisation.not-on-macos'),
      message('virtualisation.not-on-macos.fix'),
    );
  }
  const said = answer ? saidBy(answer) : message('asked.no-program', { program: 'sysctl' });
  const fix = message('asked.ask-it', { command: 'sysctl kern.hv_support' });
  return say.poor(message('asked.unknown', { said }), fix);
}

async function onWindows(facts: Facts, say: Subject): Promise<Check> {
  const windows = await aboutWindows(facts);
  if ('flaw' in windows) {
    const seen = message('asked.unknown', { said: windows.flaw });
    return say.poor(seen, message('virtualisation.task-manager'));
  }
  // Under a hypervisor Windows itself no longer sees what the processor has; it runs by it.
  if (windows.hypervisor) return say.good(message('virtualisation.by-hyper-v'));
  if (windows.firmware) return say.good(message('virtualisation.firmware-on'));
  return say.bad(message('virtualisation.firmware-off'), BIOS);
}
