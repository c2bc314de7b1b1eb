/** The labs of this backend, and their states. */
import { isLate, RedisLabError } from '../../errors.js';
import { machinesOf } from '../../model/model.js';
import type { LabList, ListedLab } from '../../report/types.generated.js';
import { folderFor, namesOnDisk } from './paths.js';
import { machineName, running } from './provider.js';
import { readState } from './state.js';

export async function vagrantLabs(signal: AbortSignal): Promise<LabList> {
  const labs = namesOnDisk().map(async (name) => lookAt(name, signal));
  return { labs: await Promise.all(labs), silent: [] };
}

async function lookAt(name: string, signal: AbortSignal): Promise<ListedLab> {
  const folder = folderFor(name);
  const common = { name, backend: 'vagrant', folder: folder.root, set: [] } as const;
  const unknown = (problem: string) => ({ ...common, state: 'unknown', problem }) as const;
  try {
    const state = readState(folder);
    if (!state) return { ...common, state: 'stopped', problem: null };
    const { lab, provider } = state;
    const names = machinesOf(lab).map((node) => machineName(lab, node));
    const run = await running(provider, names, signal);
    if (!run) return unknown(`${provider} does not answer`);
    const some = run.length > 0 ? 'partial' : 'stopped';
    return { ...common, state: run.length === names.length ? 'running' : some, problem: null };
  } catch (error) {
    if (!(error instanceof RedisLabError)) throw error;
    if (isLate(error)) return unknown(error.message);
    return { ...common, state: 'damaged', problem: error.message };
  }
}
