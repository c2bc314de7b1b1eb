/** States of machines, and ending them. */
import { now, sleep } from '../../clock.js';
import { type LabModel, type MachineModel, machinesOf } from '../../model/model.js';
import type { Folder } from '../../workspace/folder.js';
import type { Powers } from '../machine/host.js';
import { goOn } from '../machine/mend.js';
import type { Shell } from '../machine/shell.js';
import type { Power } from '../machine/survey.js';
import { SHUTDOWN_MS } from '../machine/units.js';
import type { Vagrant } from './client.js';
import { errorIn } from './messages.js';
import { notedIn } from './paths.js';
import { machineName, powerOff, running, unregister } from './provider.js';
import type { Provider, State } from './state.js';

/** Asks Vagrant, which takes a second or two. */
export async function powersOf(vagrant: Vagrant, signal?: AbortSignal): Promise<Powers> {
  const { messages, ...ran } = await vagrant.call(['status'], { signal });
  const states = messages.filter(({ type }) => type === 'state');
  // No answer does not mean that there are no machines.
  if (states.length === 0) throw vagrant.failure({ ...ran, messages });
  return new Map(
    states.flatMap(({ target, data: [state = ''] }) => {
      const power = powerIn(state, vagrant.provider);
      return power === undefined ? [] : [[target, power] as const];
    }),
  );
}

function powerIn(state: string, provider: Provider): Power | undefined {
  switch (state) {
    case 'not_created':
      return undefined;
    case 'running':
      return 'running';
    case 'inaccessible':
      // libvirt: it runs, but its address was not found within two seconds. VirtualBox: its files are damaged.
      return provider === 'libvirt' ? 'running' : 'stopped';
    case 'paused':
      return 'frozen';
    case 'gurumeditation':
    case 'stuck':
      return 'stuck';
    default:
      // poweroff, shutoff, saved, aborted …: all are started by `vagrant up`.
      return 'stopped';
  }
}

/** Removes machines, also running ones; without names, all of the lab. */
export async function destroy(
  vagrant: Vagrant,
  folder: Folder,
  nodes: readonly string[] = [],
): Promise<void> {
  const words = ['destroy', '--force', ...nodes];
  const answer = await vagrant.attempt(words, { deadlineMs: DESTROY_MS });
  if (answer.code === 0) return;
  // VirtualBox cannot open the files of a machine: Vagrant cannot even remove it.
  if (!errorIn(answer.messages)?.kind.endsWith('VMInaccessible')) throw vagrant.failure(answer);
  await unregister(notedIn(folder, nodes));
  await vagrant.call(words, { deadlineMs: DESTROY_MS });
}

const DESTROY_MS = 300_000;

/**
 * Asks the system of each machine to shut down, and cuts the power of those that do not in time. Gives those that ran. (`vagrant
 * halt` takes one after another; that of vagrant-libvirt 0.11 crashes if a system does not end.)
 */
export async function shutDown(
  { vagrant, ssh }: { readonly vagrant: Vagrant; readonly ssh: Shell },
  lab: LabModel,
  nodes: readonly MachineModel[],
): Promise<readonly MachineModel[]> {
  const end = now() + SHUTDOWN_MS;
  const awake = await stillRun(vagrant, lab, nodes);
  let left = awake;
  await Promise.all(
    awake.map(async ({ name }) => {
      // One that does not answer loses its power below.
      await goOn(ssh, name).catch(() => undefined);
      await ssh
        .attempt(name, ['systemctl', 'poweroff'], { deadlineMs: 30_000 })
        .catch(() => undefined);
    }),
  );
  while (left.length > 0 && now() < end) {
    await sleep(500);
    left = await stillRun(vagrant, lab, left);
  }
  await cutPower(vagrant, lab, left);
  return awake;
}

/** Whether a machine of the lab runs; false if the provider does not answer. */
export async function anyRuns({
  provider,
  lab,
}: Pick<State, 'provider' | 'lab'>): Promise<boolean> {
  const names = machinesOf(lab).map((node) => machineName(lab, node));
  const run = await running(provider, names).catch(() => undefined);
  return run !== undefined && run.length > 0;
}

/** Asks the provider, or Vagrant if that does not answer. */
async function stillRun(
  vagrant: Vagrant,
  lab: LabModel,
  nodes: readonly MachineModel[],
): Promise<readonly MachineModel[]> {
  const names = await running(
    vagrant.provider,
    nodes.map((node) => machineName(lab, node)),
  );
  if (names) return nodes.filter((node) => names.includes(machineName(lab, node)));
  const powers = await powersOf(vagrant);
  return nodes.filter(({ name }) => (powers.get(name) ?? 'stopped') !== 'stopped');
}

/** Cuts the power of machines at once. */
export async function cutPower(
  vagrant: Vagrant,
  lab: LabModel,
  nodes: readonly MachineModel[],
): Promise<void> {
  for (const node of nodes) {
    if (await powerOff(vagrant.provider, machineName(lab, node))) continue;
    await vagrant.call(['halt', '--force', node.name], { deadlineMs: 300_000 });
  }
}

/** Cuts the power of stuck machines, so that they can be started. */
export async function freeStuck(vagrant: Vagrant, lab: LabModel, powers: Powers): Promise<void> {
  const stuck = machinesOf(lab).filter(({ name }) => powers.get(name) === 'stuck');
  await cutPower(vagrant, lab, stuck);
}
