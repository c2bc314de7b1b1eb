/**
 * Which backend has a lab, so that you name it only once. Only this machine's disk is read; no backend is asked.
 */
import { type BackendName, backends, byNearness } from '../backends/registry.js';
import { usage } from '../errors.js';
import { notesOf } from '../workspace/lab-notes.js';

/** The backends that have a lab of this name, running or stopped; the nearest first. */
export function holdersOf(lab: string): BackendName[] {
  const onDisk = backends().flatMap(({ name, labs }) => (labs?.isOnDisk?.(lab) ? [name] : []));
  return byNearness([...notesOf(lab).map(({ backend }) => backend), ...onDisk]);
}

/**
 * The backend that has it; undefined if none has.
 * @throws RedisLabError (2) if several have, or if its note is damaged
 */
export function holderOf(lab: string): BackendName | undefined {
  const [holder, ...others] = holdersOf(lab);
  if (holder === undefined || others.length === 0) return holder;
  const names = [holder, ...others];
  throw usage(
    `There is more than one lab ${lab}: ${names.map((name) => `one with the backend ${name}`).join(', ')}. Say which one is meant: ${names.map((name) => `--backend ${name}`).join(' or ')}.`,
    'lab.ambiguous',
  );
}
