import { message } from '../../report/messages.js';
import { whyNotWritable } from '../../workspace/inspect.js';
import type { Lack } from '../backend.js';
import type { Context } from './context.js';
import { portLack } from './ports.js';
import { candidate, unfit } from './prepare.js';
import { readState } from './state.js';
import { survey } from './survey.js';

/** What this machine lacks for `up`; nothing is changed. */
export async function preflight(
  here: Context,
  serverLack: (signal?: AbortSignal) => Promise<Lack>,
  signal: AbortSignal | undefined,
): Promise<Lack[]> {
  if (process.platform === 'win32') return [WINDOWS];
  const { paths } = here;
  const writable = whyNotWritable(paths.folder.root);
  if (writable !== undefined) return [notWritable(paths.folder.root, writable)];
  const state = readState(paths);
  const found = state ? await survey(paths, here.table, state) : [];
  const missing = found.filter((each) => !each.process);
  if (state?.prepared && missing.length === 0) return [];
  const server = await here.find(signal);
  const ports = state ? await portLack(state.lab, missing, signal) : asLack(await candidate(here));
  return [server ? unfit(paths, server) : await serverLack(signal), ports].filter(
    (lack) => lack !== undefined,
  );
}

function asLack(found: Awaited<ReturnType<typeof candidate>>): Lack | undefined {
  return 'kind' in found ? undefined : found;
}

const WINDOWS: Lack = {
  code: 'system',
  what: message('lack.system'),
  seen: message('lack.system.windows'),
  fix: message('lack.system.windows.fix'),
};

function notWritable(folder: string, code: string): Lack {
  return {
    code: 'folder',
    what: folder,
    seen: message('folder.not-writable', { code }),
    fix: message('folder.not-writable.fix'),
  };
}
