/** The hardware that VirtualBox would give to a machine, as QEMU emulates it. */
import type { Disk } from './shown.js';

/** A network card of the host that a card of the machine is to be connected with. */
export interface Tap {
  readonly name: string;
  /** Of the host-only network. */
  readonly network: string;
}

export interface Hardware {
  /** Of qemu-system-x86_64. */
  readonly args: readonly string[];
  /** Have to be there before it starts. */
  readonly taps: readonly Tap[];
}

/** Where VirtualBox puts them on its one PCI bus, which gives network cards their names. */
const CONTROLLER_SLOT = 15;
const CARD_SLOTS = [3, 8, 9, 10];

const CARDS: Readonly<Record<string, string>> = { '82540EM': 'e1000', virtio: 'virtio-net-pci' };

/**
 * @param shown what `showvminfo --machinereadable` says
 * @param chainOf a disk and what it differs from, by the UUID of the first; the last stands for itself
 * @param console file for what the machine writes to a serial port, which VirtualBox would not give it
 * @throws Error for hardware of a kind that is not known here, since another one would prove nothing
 */
export function hardwareOf(
  shown: Readonly<Record<string, string>>,
  chainOf: (uuid: string) => readonly Disk[],
  console: string,
): Hardware {
  must(shown, 'chipset', 'piix3');
  must(shown, 'firmware', 'BIOS');
  must(shown, 'storagecontrollertype0', 'VirtioSCSI');
  if (shown['storagecontrollertype1'] !== undefined) throw new Error('there are two controllers');
  const cards = cardsOf(shown);
  return {
    args: [
      ['-machine', 'pc,accel=tcg', '-nodefaults', '-display', 'none'],
      // See spec/ground/vagrant/site.Vagrantfile. Processors of today make random numbers.
      ['-cpu', 'kvm64,+rdrand'],
      ['-m', shown['memory'] ?? '', '-smp', shown['cpus'] ?? ''],
      ['-rtc', `base=${shown['rtcuseutc'] === 'on' ? 'utc' : 'localtime'}`],
      ['-chardev', `file,id=console,path=${escaped(console)}`, '-serial', 'chardev:console'],
      ['-device', `virtio-scsi-pci,id=controller,addr=${CONTROLLER_SLOT.toString(16)}`],
      ...mediaOf(shown).flatMap((medium) => mediumArgs(medium, chainOf)),
      ...cards.flatMap(({ args }) => args),
    ].flat(),
    taps: cards.flatMap(({ tap }) => tap ?? []),
  };
}

interface Medium {
  readonly port: number;
  readonly file: string;
  readonly uuid: string;
}

function mediaOf(shown: Readonly<Record<string, string>>): Medium[] {
  const controller = shown['storagecontrollername0'] ?? '';
  const ports = Number(shown['storagecontrollerportcount0']);
  return Array.from({ length: ports }, (_, port) => ({
    port,
    file: shown[`${controller}-${port}-0`] ?? 'none',
    uuid: shown[`${controller}-ImageUUID-${port}-0`] ?? '',
  })).filter(({ file }) => file !== 'none' && file !== 'emptydrive');
}

function mediumArgs(
  { port, file, uuid }: Medium,
  chainOf: (uuid: string) => readonly Disk[],
): string[][] {
  const node = `port${port}`;
  if (file.endsWith('.iso')) {
    return [
      block({ driver: 'raw', 'node-name': node, 'read-only': true, file: fileOf(file) }),
      device('scsi-cd', node, port),
    ];
  }
  const disks = chainOf(uuid).map(({ file: each, format }, depth, { length }) => {
    if (format !== 'VMDK') throw new Error(`${each} is a ${format}`);
    return block({
      driver: 'vmdk',
      'node-name': depth === 0 ? node : `${node}-${depth}`,
      'read-only': depth > 0,
      file: fileOf(each),
      // VirtualBox knows by its own UUIDs what a disk differs from, which QEMU does not read.
      ...(depth + 1 < length ? { backing: `${node}-${depth + 1}` } : {}),
    });
  });
  // What one is made of comes before it.
  return [...disks.toReversed(), device('scsi-hd', node, port)];
}

/** What was written stays when the machine loses its power, and what loses power here is the machine alone. */
function fileOf(filename: string) {
  return { driver: 'file', filename, cache: { 'no-flush': true } };
}

function block(options: object): string[] {
  return ['-blockdev', JSON.stringify(options)];
}

function device(kind: string, drive: string, port: number): string[] {
  return ['-device', `${kind},bus=controller.0,scsi-id=${port},drive=${drive}`];
}

function cardsOf(shown: Readonly<Record<string, string>>) {
  return CARD_SLOTS.flatMap((slot, index) => {
    const number = index + 1;
    const of = (key: string) => shown[`${key}${number}`] ?? '';
    if (of('nic') === 'none') return [];
    const model = CARDS[of('nictype')];
    if (model === undefined) throw new Error(`card ${number} is a ${of('nictype')}`);
    const mac = of('macaddress').replaceAll(/(..)(?=.)/g, '$1:');
    const { netdev, tap } = networkOf(shown, number);
    return [
      {
        tap,
        args: [
          ['-netdev', `${netdev},id=network${number}`],
          ['-device', `${model},netdev=network${number},mac=${mac},addr=${slot.toString(16)}`],
        ],
      },
    ];
  });
}

function networkOf(
  shown: Readonly<Record<string, string>>,
  number: number,
): { readonly netdev: string; readonly tap?: Tap } {
  const kind = shown[`nic${number}`];
  switch (kind) {
    case 'nat':
      // Both give the machine 10.0.2.15, and are 10.0.2.2 themselves.
      return { netdev: ['user', ...forwardsOf(shown)].join(',') };
    case 'hostonly': {
      const name = `vm${shown['UUID']?.slice(0, 8)}-${number}`;
      const network = shown[`hostonlyadapter${number}`] ?? '';
      return {
        netdev: `tap,ifname=${name},script=no,downscript=no`,
        tap: { name, network },
      };
    }
    default:
      throw new Error(`card ${number} is in a network of the kind ${kind}`);
  }
}

/** `ssh,tcp,127.0.0.1,2222,,22` */
function forwardsOf(shown: Readonly<Record<string, string>>): string[] {
  return Object.entries(shown).flatMap(([key, rule]) => {
    if (!key.startsWith('Forwarding(')) return [];
    const [, protocol, host, hostPort, guest, guestPort] = rule.split(',');
    return [`hostfwd=${protocol}:${host}:${hostPort}-${guest}:${guestPort}`];
  });
}

function must(shown: Readonly<Record<string, string>>, key: string, value: string): void {
  if (shown[key] !== value) throw new Error(`${key} is ${shown[key]}, and is known as ${value}`);
}

/** QEMU reads a comma as the end of a value. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,');
}
