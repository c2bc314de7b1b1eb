/**
 * Machines by their names, asked of the provider itself. Vagrant notes a machine down only once it is made: of one that was
 * being made when Vagrant was killed it knows nothing, and stumbles over its name for ever after.
 */

import type { CommandResult } from '../../command/call.js';
import { findProgram, searchPath } from '../../command/programs.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { EXE, virtualBoxFolders } from './find.js';
import type { Provider } from './state.js';

/** What the Vagrantfile calls a machine. */
export function machineName({ name }: LabModel, node: NodeModel): string {
  return `${name}-${node.name}`;
}

/** Those of these names that the provider has; none where it cannot be asked. */
export async function existing(provider: Provider, names: readonly string[]): Promise<string[]> {
  const texts = provider === 'libvirt' ? await libvirtNames() : await virtualBoxNames();
  return names.filter((name) => texts.has(name));
}

/** Those of these names that run; undefined where the provider cannot be asked. */
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
 * Those of these names that were made from the files in a folder, which is how a machine is known to be ours: its seed lies
 * there. A disk of libvirt that no machine has is taken for what was left of making one.
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

/** Windows writes paths in two ways. */
function slashed(text: string): string {
  return text.replaceAll(/[\\/]+/g, '/');
}

/** Of XML; the last one last, or it would make others. */
function unescaped(text: string): string {
  const characters = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return Object.entries(characters).reduce(
    (plain, [name, character]) => plain.replaceAll(`&${name};`, character),
    text,
  );
}

/**
 * Removes machines by name, with their disks. Only for those that were made for a lab of ours beyond doubt.
 * @throws RedisLabError (4) that names those which are there all the same, and what the provider said
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
 * Cuts a machine's power at once; false where the provider cannot be asked. (`vagrant halt --force` asks the system in the
 * machine first, with libvirt, and waits for it.)
 */
export async function powerOff(provider: Provider, name: string): Promise<boolean> {
  const ran =
    provider === 'virtualbox'
      ? await call('VBoxManage', ['controlvm', name, 'poweroff'])
      : await call('virsh', ['destroy', name]);
  return ran?.code === 0;
}

/** Where vagrant-libvirt puts disks by default. */
const POOL = 'default';

/** What cannot be opened any more is known by its number only, which Vagrant noted down: its files stay where they are. */
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

/** What it says; nothing where it is not there, or fails. */
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
  // As vagrant-libvirt: an ordinary user's virsh would ask that user's own libvirt.
  const env = { LIBVIRT_DEFAULT_URI: process.env['LIBVIRT_DEFAULT_URI'] ?? 'qemu:///system' };
  return run({ program: file, args, env }, { deadlineMs: 60_000, detached: true, signal });
}
