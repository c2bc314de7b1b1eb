/** Hosts made of recorded answers: what they say stands in `recorded.ts`, with where it comes from. */
import path from 'node:path';
import type { Lack } from '../../../lib/backends/backend.js';
import type { Answer, Host, RunOptions, Server, Silent } from '../../../lib/doctor/host.js';
import * as recorded from './recorded.js';

/** Standard output of a program that ends well, or how else it ended. */
export type Said = string | Answer;

/** By name, then by the begin of its arguments. */
export type Programs = Readonly<Record<string, Readonly<Record<string, Said>>>>;

export interface Told extends Partial<Host> {
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: Programs;
  readonly local?: readonly Lack[] | Silent;
  readonly incus?: readonly Lack[] | Silent;
  readonly vagrant?: readonly Lack[] | Silent;
  readonly found?: Server | Silent;
  readonly tools?: readonly string[];
  /** What was asked to be run as root, with its input. */
  readonly rooted?: string[];
}

export function failed(stderr: string, code = 1): Answer {
  return { ended: true, code, stdout: '', stderr };
}

export function hung(program: string, seconds: number): Answer {
  return { ended: false, silent: `${program} did not end within ${seconds} s`, late: true };
}

/** All is well there but for what is told. What was not recorded fails the test that asks. */
export function host(told: Told): Host {
  const { files = {}, programs = {}, tools = [], rooted } = told;
  const { local = [], incus = [], vagrant = [] } = told;
  const lacks: Partial<Record<string, readonly Lack[] | Silent>> = { local, incus, vagrant };
  const found = told.found ?? {
    engine: 'redis',
    version: '8.2.8',
    program: '/usr/bin/redis-server',
  };
  const run = async (program: string, args: readonly string[], options?: RunOptions) => {
    const name = path.basename(program);
    const line = args.join(' ');
    const own = programs[name] ?? {};
    const key = Object.keys(own).find((each) => line.startsWith(each));
    if (key === undefined) throw new Error(`nobody recorded ${name} ${line}`);
    options?.onLine?.(`${name} is at work`);
    const said = own[key] as Said;
    return typeof said === 'string'
      ? ({ ended: true, code: 0, stdout: said, stderr: '' } as const)
      : said;
  };
  return {
    platform: 'linux',
    arch: 'x64',
    release: '6.8.0-45-generic',
    nodeVersion: 'v22.11.0',
    env: {},
    home: '/home/me',
    canBeRoot: true,
    memory: () => ({ totalMb: 16_000, availableMb: 9000 }),
    interfaces: () => [
      { name: 'lo', cidr: '127.0.0.1/8' },
      { name: 'enp3s0', cidr: '192.168.1.50/24' },
    ],
    read: (file) => files[file],
    whyNotUsable: () => undefined,
    freeMb: () => 100_000,
    program: (name) => (name in programs || name === 'ssh' ? `/usr/bin/${name}` : undefined),
    run,
    asRoot: async (program, args, options) => {
      rooted?.push(
        [program, ...args, ...(options?.input ? [JSON.stringify(options.input)] : [])].join(' '),
      );
      return { ended: true, code: 0, stdout: '', stderr: '' };
    },
    reach: async () => ({ reached: true, dateMs: recorded.NOW }),
    freePorts: async (ports) => ports,
    answers: async () => false,
    has: async () => false,
    epochMs: () => recorded.NOW,
    // A program may have registered one of its own.
    lacks: async (backend) => lacks[backend] ?? [],
    ground: async () => ({ silent: 'there is no server' }),
    server: async () => found,
    missingTools: () => tools,
    installTools: () => 'sudo apt-get install build-essential',
    kept: async () => undefined,
    foreign: () => [],
    edited: async () => undefined,
    stateFolder: () => '/home/me/.local/state/redis-lab',
    ...told,
  };
}

const VAGRANT = {
  '--version': 'Vagrant 2.4.9\n',
  'plugin list': recorded.NO_PLUGINS,
  'box list': recorded.BOXES,
};

export const virtualBox = (version: Said) => ({
  '--version': version,
  'list systemproperties': recorded.VBOX_PROPERTIES,
});

/** Programs and files over those of a host: the whole of each program is replaced. */
type More = Told;

export function ubuntu(more: More = {}): Host {
  return host({
    ...more,
    programs: {
      vagrant: VAGRANT,
      VBoxManage: virtualBox('7.1.4r165100\n'),
      incus: {},
      ip: recorded.LINUX_WAYS,
      ...more.programs,
    },
    files: {
      '/etc/os-release': recorded.UBUNTU,
      '/proc/cpuinfo': recorded.INTEL,
      '/proc/net/route': recorded.LINUX_ROUTES,
      '/proc/modules': 'vboxdrv 704512 2 vboxnetadp,vboxnetflt, Live 0x0000000000000000 (OE)\n',
      '/etc/vbox/networks.conf': '* 192.168.0.0/16\n',
      ...more.files,
    },
  });
}

/** Debian's own Vagrant, with libvirt. */
export function debian(more: More = {}): Host {
  return ubuntu({
    ...more,
    programs: {
      vagrant: {
        '--version': 'Vagrant 2.3.4\n',
        'plugin list': recorded.LIBVIRT_PLUGIN,
        'box list': recorded.LIBVIRT_BOXES,
      },
      virsh: {
        '-c qemu:///system version': recorded.VIRSH_VERSION,
        '-c qemu:///system net-dumpxml': failed(
          "error: failed to get network 'redis-lab-net'\nerror: Network not found: no network with matching name 'redis-lab-net'",
        ),
        '-c qemu:///system pool-dumpxml': recorded.VIRSH_POOL,
      },
      'qemu-system-x86_64': { '-accel kvm': '' },
      ...more.programs,
    },
    files: { '/etc/os-release': recorded.DEBIAN, ...more.files },
    program: (name: string) =>
      [
        'vagrant',
        'virsh',
        'qemu-system-x86_64',
        'qemu-system-aarch64',
        'incus',
        'ip',
        'modprobe',
        'ssh',
      ].includes(name) ||
      (more.programs && name in more.programs)
        ? `/usr/bin/${name}`
        : undefined,
    ...(more.program ? { program: more.program } : {}),
  });
}

export function mac(more: More = {}): Host {
  return host({
    platform: 'darwin',
    release: '23.6.0',
    memory: () => ({ totalMb: 16_000, availableMb: undefined }),
    ...more,
    programs: {
      vagrant: VAGRANT,
      VBoxManage: virtualBox('7.1.4r165100\n'),
      sysctl: { '-n kern.hv_support': '1\n' },
      netstat: { '-rn -f inet': recorded.MAC_ROUTES },
      ...more.programs,
    },
  });
}

/** A Mac with a processor of ARM, and the box for it. */
export function appleSilicon(more: More = {}): Host {
  return mac({
    arch: 'arm64',
    ...more,
    programs: { vagrant: { ...VAGRANT, 'box list': recorded.ARM_BOXES }, ...more.programs },
  });
}

export function windows(more: More = {}): Host {
  return host({
    platform: 'win32',
    release: '10.0.22631',
    canBeRoot: false,
    local: [
      {
        code: 'system',
        what: 'this system',
        seen: 'Windows, for which there is no Redis server',
        fix: 'Run redis-lab in WSL (wsl --install).',
      },
    ],
    ...more,
    programs: {
      vagrant: VAGRANT,
      VBoxManage: virtualBox('7.1.4r165100\r\n'),
      powershell: { '-NoProfile': recorded.NO_HYPER_V },
      route: { 'print -4': recorded.WINDOWS_ROUTES },
      ...more.programs,
    },
  });
}
