import type { Lab } from '../../lab.js';
import type { RunningLab } from '../../running.js';
import { labOf } from '../load.js';
import { oneOf } from '../usage.js';

export interface AttachedLab {
  readonly lab: Lab;
  readonly running: RunningLab;
}

/** The lab that the shared options stand for, as it is here now, running or not. */
export async function attachedLab(argv: Record<string, unknown>): Promise<AttachedLab> {
  const lab = await labOf(argv);
  return { lab, running: await lab.attach(backendOf(argv)) };
}

export function backendOf(argv: Record<string, unknown>): { backend: 'local' } {
  return { backend: argv['backend'] as 'local' };
}

/** @throws UsageError when the description has no such node */
export function nodeOf(lab: Lab, argv: Record<string, unknown>): string {
  const names = lab.model.nodes.map(({ name }) => name);
  return oneOf('node', argv['node'] as string, names);
}
