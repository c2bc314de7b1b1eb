/** The processor, and who has it. */
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { cases, nothing, vbox } from '../support/cases.js';
import { debian, failed, hung, mac, ubuntu, windows } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

const emulated: LabSpec = { vagrant: { libvirt: { driver: 'qemu' } } };
cases('virtualisation', [
  { where: 'Intel, VirtualBox', host: ubuntu(), is: 'good', seen: 'Intel VT-x' },
  {
    where: 'nothing yet that would use it',
    host: ubuntu({ ...nothing('incus'), whyNotUsable: () => 'absent' }),
    is: 'good',
  },
  {
    where: 'virtual machines of Incus, which take KVM',
    host: ubuntu({ whyNotUsable: () => 'absent' }),
    spec: { incus: { vm: true } },
    is: 'bad',
    seen: 'KVM is not loaded',
  },
  {
    where: 'AMD, VirtualBox',
    host: ubuntu({ files: { '/proc/cpuinfo': recorded.AMD } }),
    is: 'good',
    seen: 'AMD-V',
  },
  { where: 'KVM runs a machine', host: debian(), is: 'good', seen: 'KVM runs a machine' },
  {
    where: 'there is a /dev/kvm, and a processor that cannot',
    host: debian({ files: { '/proc/cpuinfo': recorded.GUEST } }),
    is: 'bad',
    seen: /neither vmx nor svm; \/dev\/kvm is there all the same/,
    fix: /nested virtualisation[\s\S]*driver=qemu/,
  },
  {
    where: 'off in the firmware, VirtualBox',
    host: ubuntu({ files: { '/proc/cpuinfo': recorded.GUEST.replace(' hypervisor', '') } }),
    is: 'bad',
    fix: 'Intel VT-x, AMD-V or SVM',
  },
  {
    where: '/proc/cpuinfo says nothing',
    host: ubuntu({ files: { '/proc/cpuinfo': '' } }),
    is: 'poor',
  },
  {
    where: 'KVM is not loaded',
    host: debian({ whyNotUsable: () => 'absent' }),
    is: 'bad',
    fix: 'sudo modprobe kvm_intel',
    remedy: 'kvm_intel',
  },
  {
    where: 'KVM is not loaded, AMD',
    host: debian({ whyNotUsable: () => 'absent', files: { '/proc/cpuinfo': recorded.AMD } }),
    is: 'bad',
    remedy: 'kvm_amd',
  },
  {
    where: '/dev/kvm is for others',
    host: debian({ whyNotUsable: () => 'denied' }),
    is: 'poor',
    fix: 'usermod -aG kvm',
  },
  {
    where: 'KVM refuses',
    host: debian({
      programs: { 'qemu-system-x86_64': { '-accel kvm': failed(recorded.QEMU_NO_KVM) } },
    }),
    is: 'bad',
    seen: 'failed to initialize kvm',
  },
  {
    where: 'KVM stops in the middle',
    host: debian({
      programs: { 'qemu-system-x86_64': { '-accel kvm': hung('qemu-system-x86_64', 6) } },
    }),
    is: 'bad',
    seen: 'did not end within 6 s, and a moment is usual',
  },
  {
    where: 'no QEMU to try it with',
    host: debian(nothing('vagrant', 'virsh', 'incus')),
    is: 'poor',
    seen: 'nothing was run on it',
  },
  {
    where: 'ARM, Linux',
    host: debian({
      arch: 'arm64',
      files: { '/proc/cpuinfo': recorded.ARM },
      programs: { 'qemu-system-aarch64': { '-accel kvm': '' } },
    }),
    is: 'good',
    seen: 'arm64, KVM',
  },
  {
    where: 'ARM, Linux, no KVM',
    host: debian({ arch: 'arm64', whyNotUsable: () => 'absent' }),
    is: 'bad',
    seen: 'no /dev/kvm',
  },
  {
    where: 'machines are emulated',
    host: debian({ files: { '/proc/cpuinfo': recorded.GUEST } }),
    spec: emulated,
    is: 'poor',
    fix: 'Here it does not',
  },
  { where: 'macOS', host: mac(), is: 'good' },
  {
    where: 'an old Mac',
    host: mac({ programs: { sysctl: { '-n kern.hv_support': '0\n' } } }),
    is: 'bad',
    fix: '--backend local',
  },
  {
    where: 'macOS says nothing',
    host: mac({
      programs: {
        sysctl: { '-n kern.hv_support': failed("sysctl: unknown oid 'kern.hv_support'") },
      },
    }),
    is: 'poor',
  },
  { where: 'Windows', host: windows(), is: 'good', seen: 'on in the firmware' },
  {
    where: 'Windows under Hyper-V',
    host: windows({ programs: { powershell: { '-NoProfile': recorded.HYPER_V } } }),
    is: 'good',
  },
  {
    where: 'Windows, off',
    host: windows({ programs: { powershell: { '-NoProfile': recorded.OFF } } }),
    is: 'bad',
    seen: 'off in the firmware',
  },
  {
    where: 'Windows says nothing',
    host: windows({ programs: { powershell: { '-NoProfile': hung('powershell', 12) } } }),
    is: 'poor',
    fix: 'Task Manager',
  },
]);

cases('hyper-v', [
  { where: 'not there', host: windows(), is: 'good' },
  {
    where: 'in the way',
    host: windows({ programs: { powershell: { '-NoProfile': recorded.HYPER_V } } }),
    is: 'poor',
    fix: 'bcdedit /set hypervisorlaunchtype off',
  },
  {
    where: 'nobody tells',
    host: windows({ programs: { powershell: { '-NoProfile': 'Access denied\r\n' } } }),
    is: 'poor',
    seen: 'Access denied',
  },
  { where: 'Linux', host: ubuntu(), is: 'left out' },
]);

const loaded = {
  '/proc/modules':
    'kvm_intel 450560 0 - Live 0x0000000000000000\nkvm 1404928 1 kvm_intel, Live 0x0000000000000000\n',
};
const taking = { ...loaded, '/sys/module/kvm/parameters/enable_virt_at_load': 'Y\n' };
cases('kvm-beside-virtualbox', [
  { where: 'KVM is not loaded', host: ubuntu(), is: 'good' },
  { where: 'a kernel before 6.12', host: ubuntu({ files: loaded }), is: 'good' },
  {
    where: 'KVM takes the processor',
    host: ubuntu({ files: taking }),
    is: 'poor',
    fix: 'sudo modprobe -r kvm_intel kvm',
  },
  {
    where: 'KVM was told not to',
    host: ubuntu({ files: { ...taking, '/sys/module/kvm/parameters/enable_virt_at_load': 'N\n' } }),
    is: 'good',
  },
  {
    where: 'a VirtualBox that shares it',
    host: ubuntu({ files: taking, programs: vbox('7.2.10r175000\n') }),
    is: 'good',
  },
  {
    where: 'nobody tells',
    host: ubuntu({ read: (file) => (file === '/proc/cpuinfo' ? recorded.INTEL : undefined) }),
    is: 'poor',
  },
  { where: 'libvirt is taken', host: debian({ files: taking }), is: 'left out' },
  { where: 'macOS', host: mac(), is: 'left out' },
]);
