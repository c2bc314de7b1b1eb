/** Whether memory and disk are enough. */
import type { BackendName } from '../../backends/registry.js';
import { machinesOf } from '../../model/model.js';
import { type Message, type MessageCode, message } from '../../report/messages.js';
import { type Check, type Subject, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf } from '../host.js';

/** What VirtualBox or QEMU and the rest of the host need besides, megabytes. */
const BESIDES_MB = 512;

/** Servers without data take some 10 MB each; one compiler takes 300. */
const PROCESSES_MB = 512;

export async function memory({ host, lab }: Facts): Promise<Check[]> {
  const machines: BackendName[] = lab.incus.vm ? ['vagrant', 'incus'] : ['vagrant'];
  const others: BackendName[] = lab.incus.vm ? ['local'] : ['incus', 'local'];
  return [
    ofMachines({ host, lab }, subject('memory.machines', machines)),
    ofProcesses(host, subject('memory', others)),
  ];
}

function ofMachines({ host, lab }: Pick<Facts, 'host' | 'lab'>, say: Subject): Check {
  const { totalMb, availableMb } = host.memory();
  const machines = machinesOf(lab);
  const asked = machines.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
  const [first] = lab.nodes;
  const fix = message('memory.machines.fix', { node: first?.name ?? 'master' });
  const sizes = { count: machines.length, asked: gb(asked), total: gb(totalMb) };
  if (totalMb < asked + BESIDES_MB) {
    return say.bad(message('memory.machines.too-little', sizes), fix);
  }
  if (availableMb === undefined) return say.good(message('memory.machines.in-all', sizes));
  const seen = message('memory.machines.available', { ...sizes, available: gb(availableMb) });
  return availableMb < asked + BESIDES_MB ? say.poor(seen, fix) : say.good(seen);
}

function ofProcesses(host: Facts['host'], say: Subject): Check {
  const { totalMb, availableMb = totalMb } = host.memory();
  const sizes = { available: gb(availableMb), total: gb(totalMb) };
  if (availableMb >= PROCESSES_MB) return say.good(message('memory.available', sizes));
  const seen = message('memory.too-little', { ...sizes, reasonable: gb(PROCESSES_MB) });
  return say.poor(seen, message('memory.fix'));
}

/** The box with its copy, and what a machine's disk grows to when it compiles, megabytes. */
const BOX_MB = 2048;
const TIGHT_MB = 1024;
const MACHINE_MB = 3072;

const DISK = subject('disk.machines', ['vagrant']);
const DATA = subject('disk', ['local']);

const LOCAL_MB = 300;

export async function diskOfMachines(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const count = machinesOf(lab).length;
  const provider = await facts.provider();
  const libvirt = provider?.name === 'libvirt';
  const disks = libvirt ? await libvirtFolder(facts) : await virtualBoxFolder(facts);
  const places = [facts.vagrantHome, disks].map((folder) => ({ folder, mb: host.freeMb(folder) }));
  const good = BOX_MB + MACHINE_MB * count;
  // Where it is not known how much is free, a shortage in the other folder comes first.
  const rank = ({ mb = good - 1 }: { readonly mb: number | undefined }) => mb;
  const least = places.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  return [
    room(DISK, least.folder, least.mb, {
      good,
      poor: BOX_MB + TIGHT_MB * count,
      fix: libvirt ? 'disk.machines.fix-libvirt' : 'disk.machines.fix-virtualbox',
    }),
  ];
}

/** Where VirtualBox keeps its machines; unless it is told otherwise, that is in the user's folder. */
async function virtualBoxFolder(facts: Facts): Promise<string> {
  const answer = await facts.virtualBoxSays('list', 'systemproperties');
  const text = answer && outputOf(answer);
  const [, folder] = /^Default machine folder:\s*(.+)$/m.exec(text ?? '') ?? [];
  return folder?.trim() || facts.host.home;
}

/** Where the pool is that vagrant-libvirt takes; it makes one in this folder where there is none. */
async function libvirtFolder(facts: Facts): Promise<string> {
  const answer = await facts.says('virsh', ['-c', 'qemu:///system', 'pool-dumpxml', 'default']);
  const text = answer && outputOf(answer);
  return /<path>([^<]+)<\/path>/.exec(text ?? '')?.[1] ?? '/var/lib/libvirt/images';
}

export async function diskOfData({ host }: Facts): Promise<Check[]> {
  return [
    room(DATA, host.stateFolder(), host.freeMb(host.stateFolder()), {
      good: LOCAL_MB,
      poor: LOCAL_MB / 6,
      fix: 'disk.fix',
    }),
  ];
}

function room(
  say: Subject,
  folder: string,
  mb: number | undefined,
  limits: { readonly good: number; readonly poor: number; readonly fix: MessageCode },
): Check {
  const { good, poor } = limits;
  const fix = message(limits.fix);
  if (mb === undefined) return say.poor(message('room.unknown', { folder }), fix);
  if (mb >= good) return say.good(message('room.left', { left: gb(mb), folder }));
  const wants = message('room.too-little', { left: gb(mb), folder, wanted: gb(good) });
  return mb >= poor ? say.poor(wants, fix) : say.bad(wants, fix);
}

function gb(mb: number): Message {
  const [whole = '', tenths = ''] = (mb / 1024).toFixed(1).split('.');
  return message('gb', { whole, tenths });
}
