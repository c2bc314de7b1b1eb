/**
 * Which backend has a lab. Whoever brought it up with one, by a program or by the command, need not name it again until
 * the lab is down. Only this machine's disk is read: where nothing is known of a lab, nobody is asked.
 */
import { EXIT, RedisLabError } from '../errors.js';
import { BACKEND_NAMES, type BackendName } from '../spec/backends.js';
import { backendsOnDisk } from '../workspace/lab-folders.js';
import { notesOf } from '../workspace/lab-notes.js';

/** The backends that have a lab of this name, running or stopped, in the order of {@link BACKEND_NAMES}. */
export function holdersOf(lab: string): BackendName[] {
  const found = [...notesOf(lab).map(({ backend }) => backend), ...backendsOnDisk(lab)];
  return BACKEND_NAMES.filter((name) => found.includes(name));
}

/**
 * The one that has it; undefined where none does.
 * @throws RedisLabError (2) where several do, or where what was noted of it is damaged
 */
export function holderOf(lab: string): BackendName | undefined {
  const [holder, ...others] = holdersOf(lab);
  if (holder === undefined || others.length === 0) return holder;
  const names = [holder, ...others];
  throw new RedisLabError(
    `There is more than one lab ${lab}: ${names.map((name) => `one with the backend ${name}`).join(', ')}. Say which one is meant: ${names.map((name) => `--backend ${name}`).join(' or ')}.`,
    { exitCode: EXIT.usage },
  );
}
