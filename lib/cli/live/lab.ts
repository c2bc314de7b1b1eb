import type { Lab } from '../../lab.js';
import type { BackendOptions, RunningLab } from '../../running.js';
import { labOf } from '../load.js';
import { oneOf } from '../usage.js';
import { rememberedBackend } from './remembered.js';

export interface AttachedLab {
  readonly lab: Lab;
  readonly running: RunningLab;
}

/** The lab that the shared options stand for, as it is here now, running or not. */
export async function attachedLab(argv: Record<string, unknown>): Promise<AttachedLab> {
  const lab = await labOf(argv);
  return { lab, running: await lab.attach(backendOf(argv, lab)) };
}

/** The backend that was asked for, else the one that runs the lab. */
export function backendOf(argv: Record<string, unknown>, lab: Lab): BackendOptions {
  const named = argv['backend'] as BackendOptions['backend'];
  return { backend: named ?? rememberedBackend(lab.model.name) };
}

/** @throws UsageError when the description has no such node */
export function nodeOf(lab: Lab, argv: Record<string, unknown>): string {
  const names = lab.model.nodes.map(({ name }) => name);
  return oneOf('node', argv['node'] as string, names);
}
