/** Ending a lab, and what stays noted of it. */
import type { Backend, BackendName } from '../backends/backend.js';
import { EXIT, RedisLabError, WorkspaceError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { withLabLock } from '../process/lab-lock.js';
import { forget, notesOf } from '../workspace/lab-notes.js';

/** Ends or removes a lab, alone if that can be: where nothing can be written, servers end all the same. */
export async function ending<T>(lab: LabModel, doing: string, work: () => Promise<T>): Promise<T> {
  return withLabLock(lab.name, doing, work, { evenUnlocked: true });
}

/** Takes a lab down, and forgets who had it. */
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

/** What came to nothing is not remembered; what may have left something is, so that `down` finds it. */
export async function forgetIfGone(lab: LabModel, backend: Backend): Promise<void> {
  const there = await backend.status().catch(() => undefined);
  if (there?.state === 'absent') forget(lab.name, backend.name);
}

/** A backend that has the lab and does not answer: whoever did not name it hears which it is, and why it is asked. */
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
      { exitCode: error.exitCode, cause: error },
    );
  }
}

function isUnready(error: unknown): error is RedisLabError {
  return error instanceof RedisLabError && error.exitCode === EXIT.noBackend;
}

function isNoted({ name }: LabModel, backend: BackendName): boolean {
  try {
    return notesOf(name).some((each) => each.backend === backend);
  } catch {
    return false;
  }
}
