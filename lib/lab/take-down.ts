/** Ending a lab, and removing the note of which backend has it. */
import type { Backend } from '../backends/backend.js';
import type { BackendName } from '../backends/registry.js';
import { EXIT, RedisLabError, WorkspaceError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { withLabLock } from '../process/lab-lock.js';
import { forget, notesOf } from '../workspace/lab-notes.js';

/** Ends or removes a lab, under its lock if that can be written: servers must end even if the disk is full. */
export async function ending<T>(lab: LabModel, doing: string, work: () => Promise<T>): Promise<T> {
  return withLabLock(lab.name, doing, work, { evenUnlocked: true });
}

/** Takes a lab down, and removes its note. */
export async function takeDown(lab: LabModel, backend: Backend): Promise<readonly string[]> {
  const ended = await backend.down();
  try {
    forget(lab.name, backend.name);
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    throw new WorkspaceError(
      `The lab ${lab.name} is down, but it stays noted that ${backend.name} has it: ${error.message}`,
      error,
    );
  }
  return ended;
}

/** After a failed `up`: removes the note, unless something of the lab may be left, which `down` must find. */
export async function forgetIfGone(lab: LabModel, backend: Backend): Promise<void> {
  const there = await backend.status().catch(() => undefined);
  if (there?.state === 'absent') forget(lab.name, backend.name);
}

/** If the backend does not answer, adds to the error that it has the lab: the caller may not have named it. */
export async function orHolder<T>(
  lab: LabModel,
  backend: Backend,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnready(error) || !isNoted(lab, backend.name)) throw error;
    throw new RedisLabError(
      `The lab ${lab.name} was brought up with ${backend.name}, which cannot be asked about it now. ${error.message}`,
      { exitCode: error.exitCode, code: 'backend.silent', cause: error },
    );
  }
}

function isUnready(error: unknown): error is RedisLabError {
  return error instanceof RedisLabError && error.exitCode === EXIT.notReady;
}

function isNoted({ name }: LabModel, backend: BackendName): boolean {
  try {
    return notesOf(name).some((each) => each.backend === backend);
  } catch {
    return false;
  }
}
