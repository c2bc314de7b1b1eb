/** The labs of this backend, and their states. */
import { RedisLabError } from '../../errors.js';
import { systemTable } from '../../process/system-table.js';
import type { LabList, ListedLab } from '../../report/types.generated.js';
import { overall } from '../services.js';
import { type LabPaths, namesOnDisk, pathsFor } from './paths.js';
import { stateOf, survey } from './survey.js';

export async function localLabs(): Promise<LabList> {
  const labs = namesOnDisk().map(async (name) => lookAt(name, pathsFor(name)));
  return { labs: await Promise.all(labs), silent: [] };
}

async function lookAt(name: string, paths: LabPaths): Promise<ListedLab> {
  const common = { name, backend: 'local', folder: paths.folder.root, set: [] } as const;
  try {
    const state = await stateOf(paths, systemTable());
    if (!state) return { ...common, state: 'stopped', problem: null };
    const services = await survey(paths, systemTable(), state);
    const all = overall(services, false);
    return { ...common, state: all === 'idle' ? 'stopped' : all, problem: null };
  } catch (error) {
    if (!(error instanceof RedisLabError)) throw error;
    return { ...common, state: 'damaged', problem: error.message };
  }
}
