/** What programs and files say, and where each text comes from. */

export const NOW = Date.parse('2026-11-25T10:00:00Z');

/** `/etc/os-release` of Ubuntu 24.04, shortened. */
export const UBUNTU = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
`;

/** Of Debian 12. */
export const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
`;

/** Of Fedora 41, shortened. */
export const FEDORA = `NAME="Fedora Linux"
ID=fedora
VERSION_ID=41
VERSION_CODENAME=""
`;

/** Of CentOS Stream 9 and Red Hat Enterprise Linux 9, shortened. */
export const CENTOS = `NAME="CentOS Stream"
VERSION="9"
ID="centos"
ID_LIKE="rhel fedora"
`;
export const RHEL = `NAME="Red Hat Enterprise Linux"
ID="rhel"
ID_LIKE="fedora"
VERSION_ID="9.4"
`;

/** `/proc/cpuinfo`, the lines that matter, of a laptop, an AMD machine, and the machine that CI runs on. */
export const INTEL =
  'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme de pse tsc msr pae vmx smx est tm2\n';
export const AMD =
  'processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu vme de pse tsc msr pae svm extapic\n';
/** There are no flags, but features. */
export const ARM = 'processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm aes\n';
export const GUEST =
  'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme de pse tsc msr pae hypervisor lahf_lm\n';

/** `/proc/net/route` of Debian 12, lines padded as the kernel does. */
const LINUX_TITLES =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       \n';
export const LINUX_ROUTES = `${LINUX_TITLES}enp3s0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0                                                                               \nenp3s0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0                                                                               \n`;
/** 192.168.100.0/24 over a VPN. */
export const LINUX_VPN = `${LINUX_ROUTES}tun0\t0064A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0                                                                               \n`;
/** VirtualBox's and libvirt's own while no machine runs: of the interface nothing else is to be seen. */
export const LINUX_VBOX = LINUX_VPN.replace('tun0', 'vboxnet0');
export const LINUX_VBOX_HALF = LINUX_VBOX.replace(/(?<=vboxnet0.*)00FFFFFF/, '80FFFFFF');
export const LINUX_VIRBR = LINUX_VPN.replace('tun0', 'virbr7');
/** 192.168.0.0/16 over a VPN, which loses against the lab's own /24. */
export const LINUX_WIDE = `${LINUX_ROUTES}tun0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0                                                                               \n`;

/** `netstat -rn -f inet` of macOS 14, after Apple's manual page and public transcripts. */
export const MAC_ROUTES = `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
127                127.0.0.1          UCS                   lo0
127.0.0.1          127.0.0.1          UH                    lo0
169.254            link#12            UCS                   en0      !
192.168.1          link#12            UCS                   en0      !
192.168.1.1/32     link#12            UCS                   en0      !
224.0.0/4          link#12            UmCS                  en0      !
`;
export const MAC_VPN = `${MAC_ROUTES}192.168.100        10.8.0.1           UGSc                utun4\n`;

/** `route print -4` of Windows 11, of a German one: words differ, numbers do not. */
export const WINDOWS_ROUTES = `===========================================================================
Schnittstellenliste
 12...00 15 5d 00 00 01 ......Intel(R) Ethernet Connection
===========================================================================

IPv4-Routentabelle
===========================================================================
Aktive Routen:
     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik
          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.50     25
        127.0.0.0        255.0.0.0   Auf Verbindung         127.0.0.1    331
      192.168.1.0    255.255.255.0   Auf Verbindung      192.168.1.50    281
===========================================================================
`;
export const WINDOWS_VPN = `${WINDOWS_ROUTES}    192.168.100.0    255.255.255.0         10.8.0.1        10.8.0.2     35\n`;

/** `vagrant plugin list --machine-readable` of Debian 12's Vagrant 2.3.4, recorded. */
export const LIBVIRT_PLUGIN = `1795601046,,ui,info,vagrant-libvirt (0.11.2%!(VAGRANT_COMMA) system)
1795601046,,plugin-name,vagrant-libvirt
1795601046,vagrant-libvirt,plugin-version,0.11.2%!(VAGRANT_COMMA) system
`;
/** The same of one without plugins, recorded. */
export const NO_PLUGINS = '1795601046,,ui,info,No plugins installed.\n';

/** `vagrant box list --machine-readable`, after Vagrant's plugins/commands/box/command/list.rb (2.4: with architecture). */
export const BOXES = boxes('virtualbox', 'amd64');
export const ARM_BOXES = boxes('virtualbox', 'arm64');
/** Of 2.4.9, of a box that was added from a file: recorded. */
export const FILE_BOXES = boxes('virtualbox', 'n/a');
/** Of 2.3.4, which knows of no architecture. */
export const LIBVIRT_BOXES = boxes('libvirt');
/** Recorded. */
export const NO_BOXES =
  '1795601047,,ui,warn,There are no installed boxes! Use `vagrant box add` to add some.\n';

function boxes(provider: string, architecture?: string): string {
  return [
    `1795601047,,ui,info,cloud-image/ubuntu-24.04 (${provider}%!(VAGRANT_COMMA) 20241004.0.0)`,
    '1795601047,,box-name,cloud-image/ubuntu-24.04',
    `1795601047,,box-provider,${provider}`,
    '1795601047,,box-version,20241004.0.0',
    ...(architecture ? [`1795601047,,box-architecture,${architecture}`] : []),
    '',
  ].join('\n');
}

/** `VBoxManage --version` without its module, exit code 0: kubernetes/minikube issue 2522. */
export const NO_MODULE = `WARNING: The vboxdrv kernel module is not loaded. Either there is no module
         available for the current kernel (4.15.1-2-ARCH) or it failed to
         load. Please recompile the kernel module and install it by

           sudo /sbin/vboxconfig

         You will not be able to start VMs until this problem is fixed.
7.0.20r163906
`;

/** The same of VirtualBox 7.2.22 as Debian packs it, recorded: also on standard output, before each answer. */
export const NO_MODULE_ON_DEBIAN = `WARNING: The character device /dev/vboxdrv does not exist.
\t Please install the virtualbox-dkms package and the appropriate
\t headers, most likely linux-headers-amd64.

\t You will not be able to start VMs until this problem is fixed.
7.2.22_Debianr175245
`;

/** `VBoxManage list systemproperties`: the line that Vagrant reads as well (driver/version_5_0.rb), and its neighbours. */
export const VBOX_PROPERTIES = `API version:                     7_1
Maximum devices per SATA Port:   1
Default machine folder:          /home/me/VirtualBox VMs
Raw-mode Supported:              no
`;

/** `VBoxManage list hostonlyifs` of Windows: fields as Vagrant reads them (driver/version_4_3.rb), one for another lab. */
export const VBOX_ADAPTERS = `Name:            VirtualBox Host-Only Ethernet Adapter
GUID:            8ae2d0a3-3a3f-4ba8-9e5b-3a3c4c4c1d11
DHCP:            Disabled
IPAddress:       192.168.56.1
NetworkMask:     255.255.255.0
IPV6Address:
IPV6NetworkMaskPrefixLength: 0
HardwareAddress: 0a:00:27:00:00:07
MediumType:      Ethernet
Status:          Up
VBoxNetworkName: HostInterfaceNetworking-VirtualBox Host-Only Ethernet Adapter

Name:            VirtualBox Host-Only Ethernet Adapter #2
GUID:            8ae2d0a3-3a3f-4ba8-9e5b-3a3c4c4c1d12
DHCP:            Disabled
IPAddress:       192.168.100.1
NetworkMask:     255.255.255.0
IPV6Address:
IPV6NetworkMaskPrefixLength: 0
HardwareAddress: 0a:00:27:00:00:09
MediumType:      Ethernet
Status:          Up
VBoxNetworkName: HostInterfaceNetworking-VirtualBox Host-Only Ethernet Adapter #2

`.replaceAll('\n', '\r\n');

/** `virsh -c qemu:///system version` of libvirt 9.0 on Debian 12. */
export const VIRSH_VERSION = `Compiled against library: libvirt 9.0.0
Using library: libvirt 9.0.0
Using API: QEMU 9.0.0
Running hypervisor: QEMU 7.2.22

`;
/** Recorded where no libvirtd runs. */
export const VIRSH_DEAD = `error: failed to connect to the hypervisor
error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory
`;
/** Of an ordinary user who is not in the group: libvirt's documentation on polkit. */
export const VIRSH_DENIED = `error: failed to connect to the hypervisor
error: authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'
`;
/** `virsh net-dumpxml`, shortened. */
export const VIRSH_NETWORK = `<network>
  <name>redis-lab-net</name>
  <bridge name='virbr7' stp='on' delay='0'/>
  <ip address='192.168.100.1' netmask='255.255.255.0'>
  </ip>
</network>
`;

/** `virsh pool-dumpxml default`, shortened. */
export const VIRSH_POOL = `<pool type='dir'>
  <name>default</name>
  <capacity unit='bytes'>105089261568</capacity>
  <source>
  </source>
  <target>
    <path>/var/lib/libvirt/images</path>
    <permissions>
      <mode>0711</mode>
    </permissions>
  </target>
</pool>
`;

/** What the PowerShell line prints: ConvertTo-Json -Compress. */
export const NO_HYPER_V = '{"hypervisor":false,"firmware":true}\r\n';
/** Under Hyper-V Windows reports the firmware's setting as false. */
export const HYPER_V = '{"hypervisor":true,"firmware":false}\r\n';
export const OFF = '{"hypervisor":false,"firmware":false}\r\n';

/** QEMU 7.2 on Debian 12 where the firmware switched virtualisation off. */
export const QEMU_NO_KVM =
  'Could not access KVM kernel module: No such device or address\nqemu-system-x86_64: -accel kvm: failed to initialize kvm: No such device or address\n';

const way = (address: string, more: object) =>
  JSON.stringify([{ dst: address, ...more, flags: [], uid: 0, cache: [] }]);
const NODES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];
/** `ip -j -force -batch -` with a line `route get ADDRESS` for each node; iproute2 6.1.0, in a network namespace. */
export const linuxWays = (more: object) => NODES.map((each) => `${way(each, more)}\n`).join('');
const UPLINK = { gateway: '192.168.1.1', dev: 'enp3s0', prefsrc: '192.168.1.50' };
/** `ip -j rule`: the same. */
const RULE_LOCAL = { priority: 0, src: 'all', table: 'local' };
const RULES_LAST = [
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
];
const rules = (...more: object[]) => `${JSON.stringify([RULE_LOCAL, ...more, ...RULES_LAST])}\n`;
const RULES = rules();
/** As Tailscale has it. */
export const RULES_FIRST = rules({ priority: 5270, src: 'all', table: '52' });
/** As `wg-quick` has it. */
export const RULES_WIREGUARD = rules(
  { priority: 32764, src: 'all', table: 'main', suppress_prefixlen: 0 },
  { priority: 32765, not: null, src: 'all', fwmark: '0xca6c', table: '51820' },
);
export const LINUX_WAYS = {
  '-j -force': linuxWays(UPLINK),
  '-j rule': RULES,
  '-j neigh': '[]\n',
};
/** A route of the kind `prohibit` to slave1, recorded. */
export const ONE_PROHIBITED = {
  ended: true,
  code: 1,
  stdout: `${way(NODES[0] ?? '', UPLINK)}\n${way(NODES[2] ?? '', UPLINK)}\n`,
  stderr: 'RTNETLINK answers: Permission denied\nCommand failed -:2\n',
} as const;
/** Where there is no default route, recorded. */
export const NOWHERE = {
  ended: true,
  code: 1,
  stdout: '',
  stderr: [1, 2, 3]
    .map((line) => `RTNETLINK answers: Network is unreachable\nCommand failed -:${line}\n`)
    .join(''),
} as const;
/** `route -n get 192.168.100.11` of macOS 14, after Apple's manual page and public transcripts. */
export const macWay = (name: string) => `   route to: 192.168.100.11
destination: 192.168.100.0
       mask: 255.255.255.0
  interface: ${name}
      flags: <UP,DONE,CLONING,STATIC>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0
`;
/** What our script makes of Find-NetRoute. */
export const windowsWays = (name: string) =>
  NODES.map((address) => `${JSON.stringify({ address, gateway: '0.0.0.0', name })}\r\n`).join('');
