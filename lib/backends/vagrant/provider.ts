/**
 * Machines by name, asked of the provider. Vagrant records a machine only when it is made: it does not know one that was being
 * made when Vagrant was killed, and fails because its name is taken.
 */
import type { CommandResult } from '../../command/call.js';
import { findProgram, searchPath } from '../../command/programs.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { LabModel, MachineModel } from '../../model/model.js';
import { EXE, virtualBoxFolders } from './find.js';
import type { Provider } from './state.js';

/** The name of a machine at the provider, as in the Vagrantfile. */
export function machineName({ name }: LabModel, node: MachineModel): string {
  return `${name}-${node.name}`;
}

/** Those of these names that the provider has; none if it does not answer. */
export async function existing(provider: Provider, names: readonly string[]): Promise<string[]> {
  const texts = provider === 'libvirt' ? await libvirtNames() : await virtualBoxNames();
  return names.filter((name) => texts.has(name));
}

/** Those of these names that run; undefined if the provider does not answer. */
export async function running(
  provider: Provider,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const ran =
    provider === 'virtualbox'
      ? await call('VBoxManage', ['list', 'runningvms'], signal)
      : await call('virsh', ['list', '--name'], signal);
  if (ran?.code !== 0) return undefined;
  const found = provider === 'virtualbox' ? quotedIn(ran.stdout) : linesOf(ran.stdout);
  return names.filter((name) => found.includes(name));
}

/**
 * Those of these names that were made from the files in a folder. A machine is known as ours because its seed image is there. A
 * volume of libvirt without a machine counts as a leftover of making one.
 */
export async function madeFrom(
  provider: Provider,
  folder: string,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const description =
      provider === 'virtualbox'
        ? await ask('VBoxManage', ['showvminfo', name, '--machinereadable'])
        : unescaped(await ask('virsh', ['dumpxml', name]));
    const isBareDisk = provider === 'libvirt' && description === '';
    if (isBareDisk || slashed(description).includes(`${slashed(folder)}/`)) found.push(name);
  }
  return found;
}

/** Windows has two path separators. */
function slashed(text: string): string {
  return text.replaceAll(/[\\/]+/g, '/');
}

/** XML entities replaced; `&amp;` last, so that it makes no new ones. */
function unescaped(text: string): string {
  const characters = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return Object.entries(characters).reduce(
    (plain, [name, character]) => plain.replaceAll(`&${name};`, character),
    text,
  );
}

/**
 * Removes machines by name, with their disks. Only for machines that are certainly ours.
 * @throws RedisLabError (4) with those that are still there, and the provider's error
 */
export async function remove(provider: Provider, names: readonly string[]): Promise<void> {
  const said: string[] = [];
  const tell = async (program: string, args: readonly string[]) => {
    const ran = await call(program, args);
    if (ran && ran.code !== 0) said.push(visible(ran.stderr.trim().split('\n')[0] ?? ''));
  };
  for (const name of names) {
    if (provider === 'virtualbox') {
      await tell('VBoxManage', ['controlvm', name, 'poweroff']);
      await tell('VBoxManage', ['unregistervm', name, '--delete']);
    } else {
      await tell('virsh', ['destroy', name]);
      await tell('virsh', ['undefine', name, '--managed-save', '--snapshots-metadata', '--nvram']);
      await tell('virsh', ['vol-delete', diskOf(name), '--pool', POOL]);
    }
  }
  const left = await existing(provider, names);
  if (left.length === 0) return;
  const by = provider === 'virtualbox' ? 'VirtualBox' : 'libvirt';
  throw new RedisLabError(
    `${by} did not remove ${left.join(', ')}: ${said.at(-1) || 'it does not say why'}. Remove it there, then run the same command again.`,
    { exitCode: EXIT.program },
  );
}

/**
 * Cuts a machine's power at once; false if the provider does not answer. (With libvirt, `vagrant halt --force` asks the system
 * first, and waits for it.)
 */
export async function powerOff(provider: Provider, name: string): Promise<boolean> {
  const ran =
    provider === 'virtualbox'
      ? await call('VBoxManage', ['controlvm', name, 'poweroff'])
      : await call('virsh', ['destroy', name]);
  return ran?.code === 0;
}

/** The pool of disks that vagrant-libvirt uses by default. */
const POOL = 'default';

/** Unregisters machines that VirtualBox cannot open, by the ids that Vagrant recorded. Their files stay. */
export async function unregister(uuids: readonly string[]): Promise<void> {
  for (const uuid of uuids) await ask('VBoxManage', ['unregistervm', uuid]);
}

function diskOf(name: string): string {
  return `${name}.img`;
}

async function libvirtNames(): Promise<Set<string>> {
  const [domains, volumes] = await Promise.all([
    ask('virsh', ['list', '--all', '--name']),
    ask('virsh', ['vol-list', POOL]),
  ]);
  const disks = volumes.split('\n').flatMap((line) => /^\s*(\S+)\.img\s/.exec(line)?.[1] ?? []);
  return new Set([...linesOf(domains), ...disks]);
}

async function virtualBoxNames(): Promise<Set<string>> {
  return new Set(quotedIn(await ask('VBoxManage', ['list', 'vms'])));
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/^"(.*)" \{/gm)].map(([, name = '']) => name);
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

/** The output of a program; empty if it is not installed, or fails. */
async function ask(program: string, args: readonly string[]): Promise<string> {
  const ran = await call(program, args);
  return ran?.code === 0 ? ran.stdout : '';
}

async function call(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<CommandResult | undefined> {
  const file = findProgram(`${program}${EXE}`, [...searchPath(), ...virtualBoxFolders()]);
  if (file === undefined) return undefined;
  const env = {
    // In the locale C, VBoxManage shows `?` for letters of a path that are not ASCII.
    LC_ALL: 'C.UTF-8',
    // As vagrant-libvirt does: by default, virsh asks the user's own libvirt.
    LIBVIRT_DEFAULT_URI: process.env['LIBVIRT_DEFAULT_URI'] ?? 'qemu:///system',
  };
  return run({ program: file, args, env }, { deadlineMs: 60_000, detached: true, signal });
}
