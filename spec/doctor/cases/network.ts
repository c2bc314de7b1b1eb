/** Addresses and ports. */
import { buildLab } from '../../../lib/lab/lab.js';
import { cases, nothing, vbox } from '../support/cases.js';
import { debian, hung, mac, type Said, ubuntu, windows } from '../support/fake-host.js';
import * as recorded from '../support/recorded.js';

/** How PowerShell is asked for the ways to the addresses, to tell that from other questions. */
const WAYS = `-NoProfile -NonInteractive -Command $env:PSModulePath = $PSHOME + '\\Modules'; '192.`;

const networks = (text: string) => ({ '/etc/vbox/networks.conf': text });
/** Without the file. */
const unset = (file: string) =>
  ({
    '/proc/cpuinfo': recorded.INTEL,
    '/proc/modules': '',
    '/proc/net/route': recorded.LINUX_ROUTES,
    '/etc/os-release': recorded.UBUNTU,
  })[file];
cases('virtualbox.host-only-range', [
  {
    where: 'allowed',
    host: ubuntu(),
    is: 'good',
    seen: '192.168.100.0/24 is within 192.168.0.0/16',
  },
  {
    where: 'allowed for Vagrant, but not for VirtualBox, which wants a blank',
    host: ubuntu({ files: networks('*192.168.100.0/24\n') }),
    is: 'bad',
    fix: "echo '* 192.168.100.0/24'",
  },
  {
    where: 'allowed for Vagrant, but not for VirtualBox: lines of Windows',
    host: ubuntu({ files: networks('* 10.0.0.0/8 192.168.100.0/24\r\n') }),
    is: 'bad',
    seen: 'allows 10.0.0.0/8, and',
    fix: "echo '* 192.168.100.0/24'",
  },
  {
    where: 'exactly allowed, among others',
    host: ubuntu({ files: networks('# mine\n  * 10.0.0.0/8 192.168.100.0/24\n* 2001::/64\n') }),
    is: 'good',
  },
  {
    where: 'allowed by a netmask',
    host: ubuntu({ files: networks('* 192.168.100.0/255.255.255.0\n') }),
    is: 'good',
    seen: '192.168.100.0/24',
  },
  {
    where: 'a netmask of others, and a single address',
    host: ubuntu({ files: networks('* 10.0.0.0/255.0.0.0 192.168.100.1\n') }),
    is: 'bad',
    seen: 'allows 10.0.0.0/8, 192.168.100.1/32',
  },
  {
    where: 'no file, as on every new Linux',
    host: ubuntu({ read: unset }),
    is: 'bad',
    seen: 'only 192.168.56.0/21 is allowed, and the lab asks for 192.168.100.0/24',
    fix: "echo '* 192.168.100.0/24' | sudo tee -a /etc/vbox/networks.conf",
    remedy: 'add "* 192.168.56.0/21", "* 192.168.100.0/24"',
  },
  {
    where: 'a lab within the default',
    host: ubuntu({ read: unset }),
    spec: { network: '192.168.57.0/24' },
    is: 'good',
  },
  {
    where: 'a file that allows others',
    host: ubuntu({ files: networks('* 10.0.0.0/8\n# * 192.168.100.0/24\n') }),
    is: 'bad',
    seen: 'allows 10.0.0.0/8',
    remedy: /^add "\* 192\.168\.100\.0\/24" to/,
  },
  {
    where: 'a comma between ranges, at which Vagrant stops',
    host: ubuntu({ files: networks('* 10.0.0.0/8, 192.168.0.0/16\n') }),
    is: 'bad',
    seen: 'has 10.0.0.0/8,, which Vagrant cannot read',
    fix: 'no comma',
  },
  {
    where: 'a comma without a blank, and other words that Vagrant stops at',
    host: ubuntu({
      files: networks(
        '* 192.168.0.0/16 10.0.0.0/8,172.16.0.0/12\n* all 10.0.0.0-10.0.0.9 1.2.3.0/33\n',
      ),
    }),
    is: 'bad',
    seen: 'has 10.0.0.0/8,172.16.0.0/12 all 10.0.0.0-10.0.0.9 1.2.3.0/33,',
  },
  {
    where: 'a mask, an address, and IPv6, which it reads',
    host: ubuntu({ files: networks('* 10.0.0.0/255.0.0.0 10.9.9.9 2001::/64 192.168.0.0/16\n') }),
    is: 'good',
  },
  {
    where: 'a narrower range',
    host: ubuntu({ files: networks('* 192.168.100.0/25\n') }),
    is: 'bad',
  },
  {
    where: 'VirtualBox 6.1.26',
    host: ubuntu({ read: unset, programs: vbox('6.1.26r145957\n') }),
    is: 'good',
  },
  { where: 'macOS, VirtualBox 7', host: mac(), is: 'good' },
  { where: 'macOS, VirtualBox 6.1', host: mac({ programs: vbox('6.1.50r161033\n') }), is: 'bad' },
  {
    where: 'its version is not known',
    host: ubuntu({ programs: vbox('what?\n') }),
    is: 'poor',
    fix: 'VBoxManage --version',
  },
  { where: 'Windows', host: windows(), is: 'left out' },
  { where: 'libvirt is taken', host: debian({ read: unset }), is: 'left out' },
]);

const at = (...own: { name: string; cidr: string }[]) => ({ interfaces: () => own });
cases('network', [
  { where: 'free', host: ubuntu(), is: 'good', seen: '192.168.100.0/24 is free' },
  { where: 'free, macOS', host: mac(), is: 'good' },
  { where: 'free, Windows', host: windows(), is: 'good' },
  {
    where: 'an interface has it',
    host: ubuntu(at({ name: 'wlan0', cidr: '192.168.100.7/24' })),
    is: 'bad',
    seen: 'wlan0 has 192.168.100.7/24',
    fix: '--set network=10.20.0.0/24',
  },
  {
    where: 'an interface has more',
    host: ubuntu(at({ name: 'eth0', cidr: '192.168.3.4/16' })),
    is: 'bad',
  },
  {
    where: "VirtualBox's own has it",
    host: ubuntu(at({ name: 'vboxnet0', cidr: '192.168.100.1/24' })),
    is: 'good',
    seen: 'vboxnet0',
  },
  {
    where: "VirtualBox's own, Windows",
    host: windows({
      ...at({ name: 'VirtualBox Host-Only Network #2', cidr: '192.168.100.1/24' }),
      programs: {
        route: {
          'print -4': `${recorded.WINDOWS_ROUTES}    192.168.100.0    255.255.255.0   Auf Verbindung     192.168.100.1    281\n`,
        },
      },
    }),
    is: 'good',
  },
  {
    where: 'a route has it',
    host: ubuntu({ files: { '/proc/net/route': recorded.LINUX_VPN } }),
    is: 'bad',
    seen: 'a route over tun0 has 192.168.100.0/24',
  },
  {
    where: 'a wider route, which loses',
    host: ubuntu({ files: { '/proc/net/route': recorded.LINUX_WIDE } }),
    is: 'good',
  },
  {
    where: 'a route has it, macOS',
    host: mac({ programs: { netstat: { '-rn -f inet': recorded.MAC_VPN } } }),
    is: 'bad',
    seen: 'utun4',
  },
  {
    where: 'a route has it, Windows',
    host: windows({ programs: { route: { 'print -4': recorded.WINDOWS_VPN } } }),
    is: 'bad',
    seen: '10.8.0.2',
  },
  {
    where: 'nobody tells of routes',
    host: mac({ programs: { netstat: { '-rn -f inet': hung('netstat', 8) } } }),
    is: 'poor',
    seen: 'netstat did not end within 8 s',
  },
  {
    where: "libvirt's bridge of this very lab",
    host: debian({
      ...at({ name: 'virbr7', cidr: '192.168.100.1/24' }),
      programs: {
        virsh: {
          '-c qemu:///system version': recorded.VIRSH_VERSION,
          '-c qemu:///system net-dumpxml redis-lab-net': recorded.VIRSH_NETWORK,
          '-c qemu:///system pool-dumpxml': recorded.VIRSH_POOL,
        },
      },
    }),
    is: 'good',
    seen: 'virbr7',
  },
  {
    where: "libvirt's bridge of another one",
    host: debian(at({ name: 'virbr1', cidr: '192.168.100.1/24' })),
    is: 'bad',
  },
]);

const net = (said: Said) => ({
  virsh: {
    '-c qemu:///system version': recorded.VIRSH_VERSION,
    '-c qemu:///system net-dumpxml redis-lab-net': said,
    '-c qemu:///system pool-dumpxml': recorded.VIRSH_POOL,
  },
});
const routes = (text: string) => ({ files: { '/proc/net/route': text } });
describe('while no machine runs', () => {
  cases('network', [
    {
      where: "VirtualBox's own",
      host: ubuntu(routes(recorded.LINUX_VBOX)),
      is: 'good',
      seen: 'vboxnet0 has 192.168.100.0/24 for machines like these',
    },
    {
      where: "VirtualBox's own with another mask",
      host: ubuntu(routes(recorded.LINUX_VBOX_HALF)),
      is: 'bad',
      seen: 'a route over vboxnet0 has 192.168.100.0/25',
    },
    {
      where: "VirtualBox's own, which is up with another address",
      host: ubuntu({
        ...routes(recorded.LINUX_VBOX),
        ...at({ name: 'vboxnet0', cidr: '192.168.100.7/24' }),
      }),
      is: 'bad',
      seen: 'the interface vboxnet0 has 192.168.100.7/24',
    },
    {
      where: "VirtualBox's own, and libvirt is taken",
      host: debian(routes(recorded.LINUX_VBOX)),
      is: 'bad',
      seen: 'a route over vboxnet0',
    },
    {
      where: "libvirt's bridge of this very lab",
      host: debian({ ...routes(recorded.LINUX_VIRBR), programs: net(recorded.VIRSH_NETWORK) }),
      is: 'good',
      seen: 'virbr7 has 192.168.100.0/24 for machines like these',
    },
    {
      where: "libvirt's bridge of another one",
      host: debian({
        ...routes(recorded.LINUX_VIRBR),
        programs: net(recorded.VIRSH_NETWORK.replace('virbr7', 'virbr8')),
      }),
      is: 'bad',
      seen: 'a route over virbr7 has 192.168.100.0/24',
    },
    {
      where: "libvirt's bridge, and VirtualBox is taken",
      host: ubuntu(routes(recorded.LINUX_VIRBR)),
      is: 'bad',
    },
    {
      where: "somebody else's interface that has the host's own address",
      host: ubuntu({
        ...routes(recorded.LINUX_VPN),
        ...at({ name: 'tun0', cidr: '192.168.100.1/24' }),
      }),
      is: 'bad',
      seen: 'the interface tun0 has 192.168.100.1/24',
    },
  ]);
});

/** As Windows calls its second one where it was not renamed. */
const ethernet2 = (adapters: Said, ...more: { name: string; cidr: string }[]) =>
  windows({
    ...at({ name: 'Ethernet 2', cidr: '192.168.100.1/24' }, ...more),
    programs: {
      ...vbox('7.1.4r165100\r\n', { 'list hostonlyifs': adapters }),
      route: {
        'print -4': `${recorded.WINDOWS_ROUTES}    192.168.100.0    255.255.255.0   Auf Verbindung     192.168.100.1    281\n    192.168.100.1  255.255.255.255   Auf Verbindung     192.168.100.1    281\n`,
      },
    },
  });
describe('an adapter of Windows without a name that tells', () => {
  cases('network', [
    {
      where: 'VirtualBox lists its address',
      host: ethernet2(recorded.VBOX_ADAPTERS),
      is: 'good',
      seen: 'Ethernet 2 has 192.168.100.0/24',
    },
    {
      where: 'VirtualBox does not list it',
      host: ethernet2(recorded.VBOX_ADAPTERS.replace('192.168.100.1', '192.168.99.1')),
      is: 'bad',
      seen: 'the interface Ethernet 2 has 192.168.100.1/24',
    },
    {
      where: 'VirtualBox lists it with another mask',
      host: ethernet2(recorded.VBOX_ADAPTERS.replaceAll('255.255.255.0', '255.255.0.0')),
      is: 'bad',
    },
    {
      where: 'VirtualBox does not answer in time',
      host: ethernet2(hung('VBoxManage', 10)),
      is: 'poor',
      seen: "whether that is VirtualBox's own could not be found out: VBoxManage did not end within 10 s",
      fix: 'VBoxManage list hostonlyifs',
    },
    {
      where: 'VirtualBox does not answer, and a VPN has it as well',
      host: ethernet2(hung('VBoxManage', 10), { name: 'VPN', cidr: '192.168.100.9/24' }),
      is: 'bad',
      seen: 'the interface VPN',
    },
    {
      where: 'there is no VirtualBox',
      host: windows({
        ...at({ name: 'Ethernet 2', cidr: '192.168.100.1/24' }),
        ...nothing('vagrant', 'powershell', 'route'),
      }),
      is: 'bad',
    },
  ]);
});

cases('ssh-ports', [
  { where: 'free', host: ubuntu(), is: 'good' },
  { where: 'enough are', host: ubuntu({ freePorts: async () => [2200, 2201, 2202] }), is: 'good' },
  {
    where: 'too few are',
    host: ubuntu({ freePorts: async () => [2200, 2201] }),
    is: 'bad',
    seen: '2 free of 51',
  },
  {
    where: 'enough are for the nodes and not for a client besides',
    spec: { nodes: [{ role: 'master' }, {}, {}, { role: 'client' }] },
    host: ubuntu({ freePorts: async () => [2200, 2201, 2202] }),
    is: 'bad',
    seen: '3 free of 51',
  },
  { where: 'libvirt is taken', host: debian(), is: 'left out' },
]);

describe('addresses of the lab', () => {
  const ip = (more: Readonly<Record<string, Said>>) => ({
    programs: { ip: { ...more, ...recorded.LINUX_WAYS, ...more } },
  });
  const over = (more: object) => ({ '-j -force': recorded.linuxWays(more) });
  const mine = at({ name: 'vboxnet0', cidr: '192.168.100.1/24' });
  const ways = over({ dev: 'vboxnet0', prefsrc: '192.168.100.1' });
  const [master] = buildLab().model.nodes;
  const neighbour = (lladdr: string, state: string) => ({
    '-j neigh show to 192.168.100.11': JSON.stringify([
      { dst: '192.168.100.11', lladdr, state: [state] },
    ]),
  });
  const answering = { answers: async (address: string) => address === '192.168.100.11' };

  cases('network.addresses', [
    { where: 'no network yet, and no route', host: ubuntu(), is: 'good' },
    {
      where: 'no network yet, and no default route',
      host: ubuntu(ip({ '-j -force': recorded.NOWHERE })),
      is: 'good',
    },
    {
      where: 'a table that comes before the usual one, as of Tailscale',
      host: ubuntu(
        ip({ ...over({ dev: 'tailscale0', table: '52' }), '-j rule': recorded.RULES_FIRST }),
      ),
      is: 'bad',
      seen: 'what goes to 192.168.100.11 leaves by tailscale0, by the table 52',
      fix: '--set network=10.20.0.0/24',
    },
    {
      where: 'a table that comes after what is narrower, as of wg-quick',
      host: ubuntu(
        ip({ ...over({ dev: 'wg0', table: '51820' }), '-j rule': recorded.RULES_WIREGUARD }),
      ),
      is: 'good',
    },
    {
      where: 'a route that sends nothing to one of them',
      host: ubuntu(ip({ '-j -force': recorded.ONE_PROHIBITED })),
      is: 'bad',
      seen: 'sends nothing to 192.168.100.12: Permission denied',
    },
    {
      where: 'this machine has one of them',
      host: ubuntu(ip(over({ type: 'local', dev: 'lo', table: 'local' }))),
      is: 'bad',
      seen: 'this machine itself has 192.168.100.11',
    },
    {
      where: 'the routes cannot be asked for',
      host: ubuntu(ip({ '-j -force': hung('ip', 8) })),
      is: 'poor',
      seen: 'ip did not end within 8 s',
    },
    {
      where: 'the network is there, and nobody in it',
      host: ubuntu({ ...mine, ...ip(ways) }),
      is: 'good',
      seen: 'vboxnet0',
    },
    {
      where: 'the network is there, and a table leads elsewhere',
      host: ubuntu({ ...mine, ...ip(over({ dev: 'tailscale0', table: '52' })) }),
      is: 'bad',
      seen: "leaves by tailscale0, and the lab's network is on vboxnet0",
    },
    {
      where: 'another lab answers in it',
      host: ubuntu({ ...mine, ...ip(ways), ...answering }),
      is: 'bad',
      seen: 'somebody who is not of this lab answers at 192.168.100.11',
      fix: 'vagrant global-status',
    },
    {
      where: 'a machine without any port is in it',
      host: ubuntu({ ...mine, ...ip({ ...ways, ...neighbour('08:00:27:01:02:03', 'REACHABLE') }) }),
      is: 'bad',
      seen: 'is at 192.168.100.11, with the network card 08:00:27:01:02:03',
    },
    {
      where: 'one was in it once',
      host: ubuntu({ ...mine, ...ip({ ...ways, ...neighbour('08:00:27:01:02:03', 'STALE') }) }),
      is: 'good',
    },
    {
      where: 'this very lab is up',
      host: ubuntu({
        ...mine,
        ...answering,
        ...ip({ ...ways, ...neighbour(master?.labMac ?? '', 'REACHABLE') }),
        has: async () => true,
      }),
      is: 'good',
    },
    {
      where: 'this very lab is there, and another one answers',
      host: ubuntu({
        ...mine,
        ...answering,
        ...ip({ ...ways, ...neighbour('08:00:27:01:02:03', 'REACHABLE') }),
        has: async () => true,
      }),
      is: 'bad',
      seen: '08:00:27:01:02:03',
    },
    { where: 'no network yet, macOS', host: mac(), is: 'left out' },
    {
      where: 'a VPN leads elsewhere, macOS',
      host: mac({
        ...mine,
        programs: { route: { '-n get': recorded.macWay('utun4') }, arp: { '-n': '' } },
      }),
      is: 'bad',
      seen: 'leaves by utun4',
    },
    {
      where: 'another lab answers, macOS',
      host: mac({
        ...mine,
        ...answering,
        programs: {
          route: { '-n get': recorded.macWay('vboxnet0') },
          arp: { '-n': '? (192.168.100.11) at 8:0:27:1:2:3 on vboxnet0 ifscope [ethernet]\n' },
        },
      }),
      is: 'bad',
      seen: '08:00:27:01:02:03',
    },
    {
      where: 'a VPN leads elsewhere, Windows',
      host: windows({
        ...at({ name: 'VirtualBox Host-Only Network', cidr: '192.168.100.1/24' }),
        programs: {
          powershell: {
            [WAYS]: recorded.windowsWays('VPN'),
            '-NoProfile': recorded.NO_HYPER_V,
          },
        },
      }),
      is: 'bad',
      seen: 'leaves by VPN',
    },
    {
      where: 'another lab answers, Windows',
      host: windows({
        ...at({ name: 'VirtualBox Host-Only Network', cidr: '192.168.100.1/24' }),
        ...answering,
        programs: {
          powershell: {
            [WAYS]: recorded.windowsWays('VirtualBox Host-Only Network'),
            '-NoProfile': recorded.NO_HYPER_V,
          },
          arp: { '-a': '  192.168.100.11        08-00-27-01-02-03     dynamisch\r\n' },
        },
      }),
      is: 'bad',
      seen: '08:00:27:01:02:03',
    },
  ]);

  const bridge = at({ name: 'redis-lab', cidr: '192.168.100.1/24' });
  cases('incus.addresses', [
    { where: 'no bridge yet', host: ubuntu(), is: 'good' },
    {
      where: 'another machine answers on the bridge',
      host: ubuntu({ ...bridge, ...answering, ...ip(over({ dev: 'redis-lab' })) }),
      is: 'bad',
      seen: 'answers at 192.168.100.11',
    },
    {
      where: 'a table that comes first',
      host: ubuntu(
        ip({ ...over({ dev: 'tailscale0', table: '52' }), '-j rule': recorded.RULES_FIRST }),
      ),
      is: 'bad',
      seen: 'tailscale0',
    },
    {
      where: 'a server elsewhere',
      host: ubuntu(),
      spec: { incus: { remote: 'far' } },
      is: 'left out',
    },
    {
      where: 'no address of this machine',
      host: ubuntu(),
      spec: { incus: { hostAddress: false } },
      is: 'left out',
    },
  ]);
});
