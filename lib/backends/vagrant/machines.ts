/** What Vagrant knows of a lab's machines. */
import type { LabModel } from '../../model/model.js';
import type { Power } from '../machine/survey.js';
import type { Vagrant } from './client.js';
import type { Provider } from './state.js';

/** By node; one that is not made has none. */
export type Powers = ReadonlyMap<string, Power>;

/** Asks Vagrant, which takes a second or two. */
export async function powersOf(vagrant: Vagrant, signal?: AbortSignal): Promise<Powers> {
  const { messages, ...ran } = await vagrant.call(['status'], { signal });
  const states = messages.filter(({ type }) => type === 'state');
  // A machine that nobody speaks of is not one that is not made.
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
      // With libvirt: it runs, and its address was not found out within two seconds. With VirtualBox it is damaged.
      return provider === 'libvirt' ? 'running' : 'stopped';
    case 'paused':
      return 'frozen';
    default:
      // poweroff, shutoff, saved, aborted …: all are started by `vagrant up`.
      return 'stopped';
  }
}

/** Removes machines, whatever they are doing; all of the lab's without names. */
export async function destroy(vagrant: Vagrant, nodes: readonly string[] = []): Promise<void> {
  await vagrant.call(['destroy', '--force', ...nodes], { deadlineMs: 300_000 });
}

export async function halt(
  vagrant: Vagrant,
  nodes: readonly string[],
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  await vagrant.call(['halt', ...(force ? ['--force'] : []), ...nodes], { deadlineMs: 300_000 });
}

/** Nodes of a lab that do not run, the builder first: where machines boot one after another, the others take its build. */
export function asleep({ nodes }: LabModel, powers: Powers): LabModel['nodes'] {
  return nodes
    .filter(({ name }) => powers.get(name) !== 'running')
    .toSorted((a, b) => Number(b.builds) - Number(a.builds));
}
