/** Whether memory and disk are enough. */

import path from 'node:path';
import type { BackendName } from '../../backends/registry.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf } from '../host.js';

/** What VirtualBox or QEMU and the rest of the host take besides, megabytes. */
const BESIDES_MB = 512;

/** Servers without data take some 10 MB each; one compiler takes 300. */
const PROCESSES_MB = 512;

export async function memory({ host, lab }: Facts): Promise<Check[]> {
  const machines: BackendName[] = lab.incus.vm ? ['vagrant', 'incus'] : ['vagrant'];
  const others: BackendName[] = lab.incus.vm ? ['local'] : ['incus', 'local'];
  return [
    ofMachines({ host, lab }, subject('memory.machines', 'Memory of machines', machines, MACHINES)),
    ofProcesses(host, subject('memory', 'Memory', others, PROCESSES)),
  ];
}

const MACHINES =
  'Machines take what they are described with; where it is not there, this one swaps or ends some.';
const PROCESSES = 'Servers, and a compiler where Redis is built, need some.';

type Say = ReturnType<typeof subject>;

function ofMachines({ host, lab }: Pick<Facts, 'host' | 'lab'>, say: Say): Check {
  const { totalMb, availableMb } = host.memory();
  const asked = lab.nodes.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
  const needs = `the ${lab.nodes.length} machines have ${gb(asked)} together`;
  const [first] = lab.nodes;
  const fix = `Give the machines less, such as --set nodes.${first?.name ?? 'master'}.memory=1G; close other programs; or use processes: --backend local.`;
  if (totalMb < asked + BESIDES_MB) {
    return say.bad(`this machine has ${gb(totalMb)}, and ${needs}`, fix);
  }
  if (availableMb === undefined) return say.good(`${gb(totalMb)} in all, and ${needs}`);
  const seen = `${gb(availableMb)} of ${gb(totalMb)} are available, and ${needs}`;
  return availableMb < asked + BESIDES_MB ? say.poor(seen, fix) : say.good(seen);
}

function ofProcesses(host: Facts['host'], say: Say): Check {
  const { totalMb, availableMb = totalMb } = host.memory();
  const seen = `${gb(availableMb)} of ${gb(totalMb)} are available`;
  if (availableMb >= PROCESSES_MB) return say.good(seen);
  return say.poor(`${seen}, and ${gb(PROCESSES_MB)} are reasonable`, 'Close other programs.');
}

/** The box with its copy, and what a machine's disk grows to when it compiles, megabytes. */
const BOX_MB = 2048;
const TIGHT_MB = 1024;
const MACHINE_MB = 3072;

const DISK = subject(
  'disk.machines',
  'Disk for machines',
  ['vagrant'],
  'The box lies there, and the disks of the machines grow.',
);
const DATA = subject('disk', 'Disk', ['local'], 'Data and logs of the servers lie there.');

const LOCAL_MB = 300;

export async function diskOfMachines(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const provider = await facts.provider();
  const libvirt = provider?.name === 'libvirt';
  const disks = libvirt ? await libvirtFolder(facts) : await virtualBoxFolder(facts);
  const places = [vagrantHome(facts), disks].map((folder) => ({ folder, mb: host.freeMb(folder) }));
  const least = places.reduce((a, b) => ((b.mb ?? 0) < (a.mb ?? 0) ? b : a));
  return [
    room(DISK, least.folder, least.mb, {
      good: BOX_MB + MACHINE_MB * lab.nodes.length,
      poor: BOX_MB + TIGHT_MB * lab.nodes.length,
      fix: libvirt
        ? 'Make room; or put the boxes (VAGRANT_HOME) on another disk.'
        : 'Make room; or put the boxes (VAGRANT_HOME) and the machines (VBoxManage setproperty machinefolder FOLDER) on another disk.',
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
      fix: 'Make room, or set XDG_STATE_HOME to a folder on another disk.',
    }),
  ];
}

export function vagrantHome({ host }: Pick<Facts, 'host'>): string {
  return host.env['VAGRANT_HOME'] ?? path.join(host.home, '.vagrant.d');
}

function room(
  say: Say,
  folder: string,
  mb: number | undefined,
  { good, poor, fix }: { readonly good: number; readonly poor: number; readonly fix: string },
): Check {
  if (mb === undefined) return say.poor(`nobody tells how much is left in ${folder}`, fix);
  const seen = `${gb(mb)} are left in ${folder}`;
  if (mb >= good) return say.good(seen);
  const wants = `${seen}, and the lab takes up to ${gb(good)}`;
  return mb >= poor ? say.poor(wants, fix) : say.bad(wants, fix);
}

function gb(mb: number): string {
  return `${(mb / 1024).toFixed(1)} GB`;
}
