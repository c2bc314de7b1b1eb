/** Whether the processor really runs machines, not just whether a device file is there. */

import type { Remedy } from '../../backends/backend.js';
import type { BackendName } from '../../backends/registry.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { type Answer, outputOf, saidBy } from '../host.js';
import { steps } from '../install-hints.js';
import { aboutWindows } from '../windows.js';

const WHY = 'Without it machines do not start, or are emulated and take some twenty times as long.';

const BIOS = 'Switch it on in the firmware of this machine: Intel VT-x, AMD-V or SVM.';

const NESTED =
  'Have whoever runs this virtual machine switch on nested virtualisation (VirtualBox: Enable Nested VT-x/AMD-V; Hyper-V: ExposeVirtualizationExtensions; clouds: a kind of machine that offers it).';

/** Processors of virtual machines say that they are. */
function wayOf(flags: ReadonlySet<string>): string {
  return flags.has('hypervisor') ? NESTED : BIOS;
}

export async function virtualisation(facts: Facts): Promise<Check[]> {
  const { lab, host } = facts;
  const about: BackendName[] = lab.incus.vm ? ['vagrant', 'incus'] : ['vagrant'];
  const say = subject('virtualisation', 'Virtualisation', about, WHY);
  switch (host.platform) {
    case 'linux':
      return [await onLinux(facts, say)];
    case 'darwin':
      return [await onMac(facts, say)];
    case 'win32':
      return [await onWindows(facts, say)];
    default:
      return [say.poor(`nobody knows how to find out on ${host.platform}`)];
  }
}

type Say = ReturnType<typeof subject>;

async function onLinux(facts: Facts, say: Say): Promise<Check> {
  const { host, lab } = facts;
  const cpu = host.read('/proc/cpuinfo');
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpu ?? '')?.[1]?.split(' '));
  const provider = await facts.provider();
  const emulates = provider?.name === 'libvirt' && lab.vagrant.libvirt.driver === 'qemu';
  // VirtualBox brings a kernel part of its own, whose check is another one.
  const byKvm = provider?.name === 'libvirt' || lab.incus.vm;
  const flaw = await linuxFlaw(facts, flags, byKvm);
  if (emulates) {
    const seen = 'not used: vagrant.libvirt.driver is qemu, which emulates';
    const fix = `Use it where it works: --set vagrant.libvirt.driver=kvm.${flaw ? ` Here it does not: ${flaw.seen}.` : ''}`;
    return say.poor(seen, fix);
  }
  if (flaw === undefined) {
    const name = flags.has('vmx') ? 'Intel VT-x' : flags.has('svm') ? 'AMD-V' : host.arch;
    return say.good(byKvm ? `${name}, KVM runs a machine` : name);
  }
  const otherwise =
    provider?.name === 'libvirt'
      ? ' Or let the machines be emulated, which is slow: --set vagrant.libvirt.driver=qemu. Or use containers or processes: --backend incus, --backend local.'
      : ' Or use containers or processes: --backend incus, --backend local.';
  if (flaw.unknown) return say.poor(flaw.seen, flaw.fix);
  return say.bad(flaw.seen, flaw.commands ? flaw.fix : `${flaw.fix}${otherwise}`, flaw.remedy);
}

interface Flaw {
  readonly seen: string;
  readonly fix: string;
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
      const seen = 'could not be found out: /proc/cpuinfo names no flags';
      return { seen, fix: 'Look for vmx or svm: lscpu', unknown: true };
    }
    if (!flags.has('vmx') && !flags.has('svm')) {
      const device =
        why === 'absent'
          ? ''
          : `; ${DEVICE} is there all the same, and cannot run a machine's own kernel`;
      const guest = flags.has('hypervisor') ? ', which is that of a virtual machine,' : '';
      return { seen: `the processor${guest} has neither vmx nor svm${device}`, fix: wayOf(flags) };
    }
  }
  if (!byKvm) return undefined;
  if (why === 'absent') {
    const module = flags.has('svm') ? 'kvm_amd' : 'kvm_intel';
    const seen = `the processor can, but there is no ${DEVICE}: KVM is not loaded`;
    if (host.arch !== 'x64') return { seen: `there is no ${DEVICE}`, fix: BIOS };
    const fix = steps(
      'Load it; if that fails, switch virtualisation on in the firmware of this machine:',
      [`sudo modprobe ${module}`],
    );
    return {
      seen,
      fix,
      commands: true,
      ...(host.canBeRoot ? { remedy: load(facts, module) } : {}),
    };
  }
  if (why === 'denied') {
    // The daemon opens it, as a user of its own.
    const seen = `could not be tried: you may not open ${DEVICE}; libvirt's daemon may`;
    const fix = steps('To try it yourself, join its group, then log out and in again:', [
      'sudo usermod -aG kvm "$USER"',
    ]);
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
    const seen = `${DEVICE} can be opened, but nothing was run on it: there is no QEMU`;
    return { seen, fix: 'Install QEMU, which libvirt needs as well.', unknown: true };
  }
  const answer = await host.run(program, arm ? PROBE_ON_ARM : PROBE, {
    deadlineMs: PROBE_MS,
    ...(arm ? { input: 'quit\n' } : {}),
  });
  if (answer.ended && answer.code === 0) return undefined;
  return { seen: `KVM does not run a machine: ${saidByQemu(answer)}`, fix: wayOf(flags) };
}

function saidByQemu(answer: Answer): string {
  return answer.ended ? saidBy(answer) : `${answer.silent} where a moment is usual`;
}

function load({ host }: Facts, module: string): Remedy {
  return {
    describe: `load the kernel module ${module}`,
    run: async ({ signal }) => {
      const modprobe = host.program('modprobe') ?? 'modprobe';
      const answer = await host.asRoot(modprobe, [module], { signal });
      if (outputOf(answer) !== undefined) return;
      throw new RedisLabError(`modprobe ${module}: ${saidBy(answer)}. ${BIOS}`, {
        exitCode: EXIT.program,
      });
    },
  };
}

async function onMac(facts: Facts, say: Say): Promise<Check> {
  const answer = await facts.says('sysctl', ['-n', 'kern.hv_support']);
  const text = answer && outputOf(answer)?.trim();
  if (text === '1') return say.good("Apple's hypervisor framework");
  if (text === '0') {
    return say.bad(
      "this Mac does not offer Apple's hypervisor framework (kern.hv_support is 0)",
      'A Mac from before 2011, or a virtual machine without nested virtualisation: use processes of this machine: --backend local.',
    );
  }
  const seen = answer ? saidBy(answer) : 'there is no sysctl';
  return say.poor(`could not be found out: ${seen}`, 'Ask it: sysctl kern.hv_support');
}

async function onWindows(facts: Facts, say: Say): Promise<Check> {
  const windows = await aboutWindows(facts);
  if ('flaw' in windows) {
    const fix = 'Look in the Task Manager, Performance, CPU: Virtualization.';
    return say.poor(`could not be found out: ${windows.flaw}`, fix);
  }
  // Under a hypervisor Windows itself no longer sees what the processor has; it runs by it.
  if (windows.hypervisor) return say.good('on, and used by Hyper-V');
  if (windows.firmware) return say.good('on in the firmware');
  return say.bad('it is off in the firmware', BIOS);
}
