/** A lab brought up, or as it is: finds the backend that has it. */

import { type BackendName, backendNamed } from '../backends/registry.js';
import { RedisLabError } from '../errors.js';
import { toldCall } from '../live/calls.js';
import type { LabModel } from '../model/model.js';
import { withLabLock } from '../process/lab-lock.js';
import type { OnProgress } from '../progress.js';
import { type Message, message } from '../report/messages.js';
import { bringUp, build, tellNotes } from './bring-up.js';
import { notesOf } from './notes.js';
import type { BackendOptions, UpOptions } from './options.js';
import { RunningLab } from './running.js';
import { holderOf, holdersOf } from './which-backend.js';

/** @internal The lab as it is here now, running or not. */
export async function attach(lab: LabModel, { backend }: BackendOptions): Promise<RunningLab> {
  const name = named(backend) ?? holderOf(lab.name) ?? 'local';
  return new RunningLab(lab, await backendNamed(name, lab), {
    started: false,
    readyMs: null,
    notes: [],
  });
}

/** @internal */
export async function up(lab: LabModel, options: UpOptions): Promise<RunningLab> {
  const { onProgress: hear, signal } = options;
  const { backend: name, note } = await backendFor(lab, options);
  const backend = await backendNamed(name, lab);
  const told = (await notesOf(lab)).map((each) => each.message);
  const choice = [...(note === undefined ? [] : [note]), ...told];
  return toldCall({ lab: lab.name, backend: name }, 'up', bringsUp, { onProgress: hear });

  async function bringsUp(onProgress: OnProgress): Promise<RunningLab> {
    tellNotes(onProgress, choice);
    return withLabLock(lab.name, 'up', async () => {
      signal?.throwIfAborted();
      const all = { ...options, onProgress };
      if (options.build) await build(lab, backend, all);
      const { notes, ...made } = await bringUp(lab, backend, all);
      return new RunningLab(lab, backend, { ...made, notes: [...choice, ...notes] });
    });
  }
}

function named(backend: BackendOptions['backend']): BackendName | undefined {
  return backend === 'auto' ? undefined : backend;
}

interface Choice {
  readonly backend: BackendName;
  /** What the user should know about the choice. */
  readonly note?: Message;
}

async function backendFor(lab: LabModel, { backend, signal }: UpOptions): Promise<Choice> {
  const name = named(backend);
  if (name !== undefined) return { backend: name, ...besides(lab, name) };
  const holder = holderOf(lab.name);
  // The caller named no backend, and may not know that this one has the lab.
  if (holder !== undefined && holder !== 'local' && backend === undefined) {
    const why = message('backend.has-lab', { lab: lab.name });
    return { backend: holder, note: message('backend.chosen', { backend: holder, why }) };
  }
  if (holder !== undefined) return { backend: holder };
  if (backend === undefined) return { backend: 'local' };
  const { autoBackend } = await import('../doctor/auto.js');
  const { backend: chosen, why } = await autoBackend(lab, { signal });
  return { backend: chosen, note: message('backend.chosen', { backend: chosen, why }) };
}

/** A note, if another backend has a lab of this name already. */
function besides({ name }: LabModel, backend: BackendName): Pick<Choice, 'note'> {
  const others = holdersIfKnown(name).filter((each) => each !== backend);
  if (others.length === 0) return {};
  return {
    note: message('note.other-backends', {
      lab: name,
      each: others.map((other) => ({ backend: other })),
    }),
  };
}

function holdersIfKnown(lab: string): readonly BackendName[] {
  try {
    return holdersOf(lab);
  } catch (error) {
    if (error instanceof RedisLabError) return [];
    throw error;
  }
}

export { listLabs } from './labs.js';
export { listScenarios } from './scenarios.js';
export { RunningLab };
