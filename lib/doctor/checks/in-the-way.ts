/** Other hypervisors that have the processor when VirtualBox wants it. */
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { steps } from '../install-hints.js';
import { aboutWindows } from '../windows.js';

const HYPER_V = subject(
  'hyper-v',
  'Hyper-V',
  ['vagrant'],
  'While it has the processor, VirtualBox runs on top of it: slowly, and some machines hang.',
);

export async function hyperV(facts: Facts): Promise<Check[]> {
  if (facts.host.platform !== 'win32' || !(await takesVirtualBox(facts))) return [];
  const windows = await aboutWindows(facts);
  if ('flaw' in windows) {
    const fix = 'Look for the last lines of: systeminfo';
    return [HYPER_V.poor(`could not be found out: ${windows.flaw}`, fix)];
  }
  if (!windows.hypervisor) return [HYPER_V.good('it does not have the processor')];
  return [
    HYPER_V.poor(
      'it has the processor (for WSL 2, Docker, the Sandbox or Memory Integrity)',
      steps(
        'If machines are slow or hang, switch it off in a PowerShell as administrator, and restart; "auto" instead of "off" brings WSL 2 and Docker back. Memory Integrity is switched off in Windows Security, Device security, Core isolation:',
        ['bcdedit /set hypervisorlaunchtype off', 'Restart-Computer'],
      ),
    ),
  ];
}

const KVM = subject(
  'kvm-beside-virtualbox',
  'KVM beside VirtualBox',
  ['vagrant'],
  'From Linux 6.12 on KVM takes the processor as soon as it is loaded, and VirtualBox may then start no machine (VERR_VMX_IN_VMX_ROOT_MODE, VERR_SVM_IN_USE).',
);

/** From this version on it takes turns with KVM. */
const SHARES = '7.2.10';

export async function kvm(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  if (host.platform !== 'linux' || !(await takesVirtualBox(facts))) return [];
  const modules = host.read('/proc/modules');
  if (modules === undefined) {
    return [KVM.poor('could not be found out: /proc/modules cannot be read', 'See: lsmod')];
  }
  const [, module] = /^(kvm_intel|kvm_amd) /m.exec(modules) ?? [];
  if (module === undefined) return [KVM.good('KVM is not loaded')];
  const takes = host.read('/sys/module/kvm/parameters/enable_virt_at_load')?.trim();
  // Older kernels have no such parameter: there KVM takes it only while it runs a machine.
  if (takes === undefined || takes === 'N' || takes === '0') {
    return [KVM.good('KVM is loaded, and leaves the processor alone until it runs a machine')];
  }
  const virtualBox = await facts.virtualBox();
  if (virtualBox && 'version' in virtualBox && isNew(virtualBox.version, SHARES)) {
    return [KVM.good(`KVM has the processor, and VirtualBox ${virtualBox.version} shares it`)];
  }
  return [
    KVM.poor(
      `${module} is loaded and has the processor (enable_virt_at_load is ${takes})`,
      steps(
        'Unload it until the next start, once none of its machines runs; the second line does it for good:',
        [
          `sudo modprobe -r ${module} kvm`,
          'echo "options kvm enable_virt_at_load=0" | sudo tee /etc/modprobe.d/kvm-beside-virtualbox.conf',
        ],
      ),
    ),
  ];
}

async function takesVirtualBox(facts: Facts): Promise<boolean> {
  return (await facts.provider())?.name === 'virtualbox';
}
