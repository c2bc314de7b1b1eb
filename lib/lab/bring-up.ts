/** Bringing a lab up: preflight, files, start, ready. */

import type { Backend, BackendStatus, Lack } from '../backends/backend.js';
import { buildRemedy } from '../backends/local/server.js';
import { descriptorOf } from '../backends/registry.js';
import type { Sentence } from '../coded.js';
import { type Lacking, NotReadyHereError, RedisLabError, usage } from '../errors.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import type { OnProgress, Phase } from '../progress.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { asTold, inEnglish, type Message, message, messageOf } from '../report/messages.js';
import { waitReady } from '../verify/ready.js';
import { note } from '../workspace/lab-notes.js';
import type { ReadyOptions, UpOptions } from './options.js';
import { forgetIfGone, takeDown } from './take-down.js';

export async function build(
  lab: LabModel,
  backend: Backend,
  { fresh = false, onProgress, signal }: UpOptions,
): Promise<void> {
  if (backend.name !== 'local') {
    throw usage(
      `Building on this machine is for the backend local; with ${backend.name} the nodes build what is described by themselves (redis.install: source).`,
    );
  }
  const { server } = await backend.status();
  const { engine, version } = lab.redis;
  if (server && !fresh && (server.engine !== engine || server.version !== version)) {
    throw usage(
      `The lab ${lab.name} was brought up with ${server.engine} ${server.version} and goes on with it: to build ${engine} ${version} would have no effect. To begin anew with that, without the data: redis-lab up --build --fresh`,
      'lab.other-server',
    );
  }
  const tell = phaseTeller(onProgress);
  tell('preflight', 'begun');
  await buildRemedy(lab.redis).run({
    onProgress: (told) => tell('preflight', 'detail', told),
    signal,
  });
}

export interface Made {
  readonly started: boolean;
  readonly readyMs: number | null;
  readonly notes: readonly Message[];
}

/** Preflight, files, start, ready. */
export async function bringUp(
  described: LabModel,
  backend: Backend,
  options: UpOptions,
): Promise<Made> {
  const { install = false, fresh = false, readyWithinMs = 60_000, onProgress, signal } = options;
  const tell = phaseTeller(onProgress);
  tell('preflight', 'begun');
  const { before, advice } = await preflight(described, backend, { install, onProgress, signal });
  tell('preflight', 'done');
  tellNotes(onProgress, advice);

  let phase: 'files' | 'start' = 'files';
  tell(phase, 'begun');
  // Noted before anything is made, so that the lab is found even if this process is killed.
  const { noted = true, placeOf = () => [] } = descriptorOf(backend.name)?.labs ?? {};
  const isNew = noted && note(described.name, backend.name, placeOf(described));
  const upped = await backend
    .up({
      fresh,
      signal,
      onProgress: (event) => {
        if (event.phase !== phase) {
          tell(phase, 'done');
          phase = event.phase;
          tell(phase, 'begun');
        }
        const { text, codes } = event;
        onProgress?.({ kind: 'phase', phase, state: 'detail', text, ...(codes ? { codes } : {}) });
      },
    })
    .catch(async (error: unknown) => {
      if (isNew) await forgetIfGone(described, backend);
      throw error;
    });
  const notes = upped.notes.map(messageOf);
  tellNotes(onProgress, notes);
  const { lab, started, clients = [], startedAt } = upped;
  const all = [...started, ...clients];
  tell(phase, 'done', startedText(all));

  const readyMsAt = (at: number) => (startedAt === undefined ? null : at - startedAt);
  try {
    const at = await untilReady(
      lab,
      { backend, withinMs: readyWithinMs, onProgress, signal },
      (moment) => {
        const ms = readyMsAt(moment);
        return ms === null ? message('ready.as-it-was') : after(ms);
      },
    );
    return { started: all.length > 0, readyMs: readyMsAt(at), notes: [...advice, ...notes] };
  } catch (error) {
    // A lab that was not ready in time is left running for a look at it, and the message says so. After an abort nothing may
    // run on.
    const kept = error instanceof RedisLabError && !signal?.aborted;
    const services = redisNodes(lab).length + sentinelsOf(lab).length;
    if (!kept && before.state === 'absent') await takeDown(described, backend);
    else if (!kept && started.length === services) await backend.stop();
    throw error;
  }
}

/** Waits until the lab is ready, as the phase `ready`; `result` is its text, given the moment. Gives that moment, in `now()`. */
export async function untilReady(
  lab: LabModel,
  { backend, withinMs = 60_000, onProgress, signal }: ReadyOptions & { readonly backend: Backend },
  result: (at: number) => Message,
): Promise<number> {
  const tell = phaseTeller(onProgress);
  tell('ready', 'begun');
  const onWaiting = (problem: Message) => tell('ready', 'detail', problem);
  const at = await waitReady(lab, { deadlineMs: withinMs, signal, onWaiting, backend });
  tell('ready', 'done', result(at));
  return at;
}

type TellPhase = (phase: Phase, state: 'begun' | 'detail' | 'done', told?: Sentence) => void;

function phaseTeller(onProgress: OnProgress | undefined): TellPhase {
  return (phase, state, told = '') =>
    onProgress?.({ kind: 'phase', phase, state, ...asTold(told) });
}

/** Tells each as an event of the kind `note`. */
export function tellNotes(onProgress: OnProgress | undefined, notes: readonly Sentence[]): void {
  for (const told of notes) onProgress?.({ kind: 'note', ...asTold(told) });
}

export function after(ms: number): Message {
  return message('ready.after', { ms: Math.round(ms) });
}

function startedText(started: readonly string[]): string | Message {
  return started.length === 0 ? message('start.nothing') : started.join(', ');
}

async function preflight(
  described: LabModel,
  backend: Backend,
  { install, onProgress, signal }: Pick<UpOptions, 'install' | 'onProgress' | 'signal'>,
): Promise<{ readonly before: BackendStatus; readonly advice: readonly Message[] }> {
  const before = await statusIfAny(backend);
  const own = async () => backend.preflight({ signal });
  // A lab that runs takes the memory and the ports that the checks would look for.
  const look = async () => {
    if (before?.state === 'running') return { lacks: await own(), note: undefined };
    const { beforeUp } = await import('../doctor/before-up.js');
    return beforeUp(described, backend.name, own, { signal });
  };
  const { lacks, note } = await look();
  // Either everything that is lacking is put right, or nothing.
  if (lacks.some(({ remedy }) => !install || !remedy)) {
    throw new NotReadyHereError(lacks.map(asData));
  }
  const tell = phaseTeller(onProgress);
  for (const { remedy, what } of lacks) {
    tell('preflight', 'detail', remedy?.describe ?? what);
    await remedy?.run({ signal, onProgress: (told) => tell('preflight', 'detail', told) });
  }
  const advice = note === undefined ? [] : [note];
  return { before: before ?? (await backend.status()), advice };
}

/** Undefined if the backend does not answer: its preflight says why. */
async function statusIfAny(backend: Backend): Promise<BackendStatus | undefined> {
  try {
    return await backend.status();
  } catch (error) {
    if (error instanceof RedisLabError) return undefined;
    throw error;
  }
}

function asData({ code, what, seen, fix, remedy }: Lack): Lacking {
  const told = { what, seen, fix };
  const english = { what: inEnglish(what), seen: inEnglish(seen), fix: inEnglish(fix) };
  if (!remedy) return { code, ...english, told };
  const { describe } = remedy;
  return { code, ...english, remedy: inEnglish(describe), told: { ...told, remedy: describe } };
}
