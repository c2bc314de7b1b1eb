/** Other hypervisors that hold the processor when VirtualBox needs it. */
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import { type Facts, isNew } from '../facts.js';
import { steps } from '../install-hints.js';
import { aboutWindows } from '../windows.js';

const HYPER_V = subject('hyper-v', ['vagrant']);

export async function hyperV(facts: Facts): Promise<Check[]> {
  if (facts.host.platform !== 'win32' || !(await takesVirtualBox(facts))) return [];
  const windows = await aboutWindows(facts);
  if ('flaw' in windows) {
    const seen = message('asked.unknown', { said: windows.flaw });
    return [HYPER_V.poor(seen, message('hyper-v.unknown.fix'))];
  }
  if (!windows.hypervisor) return [HYPER_V.good(message('hyper-v.off'))];
  return [
    HYPER_V.poor(
      message('hyper-v.on'),
      steps('hyper-v.on.fix', ['bcdedit /set hypervisorlaunchtype off', 'Restart-Computer']),
    ),
  ];
}

const KVM = subject('kvm-beside-virtualbox', ['vagrant']);

/** From this version on, VirtualBox shares the processor with KVM. */
const SHARES = '7.2.10';

export async function kvm(facts: Facts): Promise<Check[]> {
  const { host } = facts;
  if (host.platform !== 'linux' || !(await takesVirtualBox(facts))) return [];
  const modules = host.read('/proc/modules');
  if (modules === undefined) {
    const said = message('asked.unreadable', { file: '/proc/modules' });
    const fix = message('asked.see', { command: 'lsmod' });
    return [KVM.poor(message('asked.unknown', { said }), fix)];
  }
  const [, module] = /^(kvm_intel|kvm_amd) /m.exec(modules) ?? [];
  if (module === undefined) return [KVM.good(message('kvm-beside-virtualbox.not-loaded'))];
  const takes = host.read('/sys/module/kvm/parameters/enable_virt_at_load')?.trim();
  // Older kernels have no such parameter: there KVM takes it only while it runs a machine.
  if (takes === undefined || takes === 'N' || takes === '0') {
    return [KVM.good(message('kvm-beside-virtualbox.idle'))];
  }
  const virtualBox = await facts.virtualBox();
  if (virtualBox && 'version' in virtualBox && isNew(virtualBox.version, SHARES)) {
    const { version } = virtualBox;
    return [KVM.good(message('kvm-beside-virtualbox.shared', { version }))];
  }
  return [
    KVM.poor(
      message('kvm-beside-virtualbox.taken', { module, takes }),
      steps('kvm-beside-virtualbox.taken.fix', [
        `sudo modprobe -r ${module} kvm`,
        'echo "options kvm enable_virt_at_load=0" | sudo tee /etc/modprobe.d/kvm-beside-virtualbox.conf',
      ]),
    ),
  ];
}

async function takesVirtualBox(facts: Facts): Promise<boolean> {
  return (await facts.provider())?.name === 'virtualbox';
}
