/**
 * Starts a machine of VirtualBox on hardware that QEMU emulates: start.ts UUID PIDFILE CONSOLE
 *
 * VirtualBox, which must not be asked by anybody else meanwhile, says what hardware it would be. The machine then runs by itself;
 * what it writes goes to VirtualBox's own disk.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { hardwareOf } from './hardware.js';
import { type Disk, diskIn, keysIn } from './shown.js';

const [uuid = '', pidfile = '', console = ''] = process.argv.slice(2);

function said(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function virtualBox(...args: string[]): string {
  return said('/usr/lib/virtualbox/VBoxManage', ...args);
}

/** A disk, what it differs from, and so on. */
function chainOf(id: string): [Disk, ...Disk[]] {
  const disk = diskIn(virtualBox('showmediuminfo', 'disk', id));
  if (disk.parent === undefined) return [disk];
  const older = chainOf(disk.parent);
  adopt(disk, older[0]);
  return [disk, ...older];
}

/**
 * Tells QEMU what a disk differs from. It wants to read that in the disk, where VirtualBox, which knows it by UUIDs, leaves the
 * place for it empty.
 */
function adopt({ file }: Disk, parent: Disk): void {
  const id = idIn(parent.file, 'CID');
  const opened = fs.openSync(file, 'r+');
  fs.writeSync(opened, id.value, idIn(file, 'parentCID').at);
  fs.closeSync(opened);
}

/** Of a disk's description, which begins in its second sector: eight digits, and where they are. */
function idIn(file: string, name: 'CID' | 'parentCID') {
  const head = Buffer.alloc(20 * SECTOR);
  const opened = fs.openSync(file, 'r');
  fs.readSync(opened, head);
  fs.closeSync(opened);
  const found = new RegExp(`\\n${name}=([0-9a-f]{8})\\n`, 'd').exec(head.toString('latin1'));
  const at = found?.indices?.[1]?.[0];
  if (at === undefined) throw new Error(`${file} has no ${name}`);
  return { value: found?.[1] ?? '', at };
}

const SECTOR = 512;

const shown = keysIn(virtualBox('showvminfo', uuid, '--machinereadable'));
const { args, taps } = hardwareOf(shown, chainOf, console);
for (const { name, network } of taps) {
  // From its last start.
  if (fs.existsSync(`/sys/class/net/${name}`)) said('ip', 'link', 'delete', 'dev', name);
  said('ip', 'tuntap', 'add', 'dev', name, 'mode', 'tap');
  said('ip', 'link', 'set', 'dev', name, 'master', network, 'up');
}
said(
  'qemu-system-x86_64',
  ...args,
  '-name',
  shown['name'] ?? '',
  '-pidfile',
  pidfile,
  '-daemonize',
);
