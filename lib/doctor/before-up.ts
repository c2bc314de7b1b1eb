/** What stands in the way of `up`, beyond what the backend itself looks at before it begins. */
import type { Lack } from '../backends/backend.js';
import { type BackendName, descriptorOf } from '../backends/registry.js';
import type { LabModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import type { Check } from './check.js';
import { type ExamineOptions, examine } from './examine.js';

/** @internal Whether a check, by its code, is looked at before `up`. */
export function mattersBeforeUp(backend: BackendName): (code: string) => boolean {
  // One that says nothing of it is asked by its preflight.
  const left = descriptorOf(backend)?.doctor?.saysItself ?? [backend];
  return (code) => !left.includes(code);
}

export interface BeforeUp {
  /** All of it at once: without an end of these nothing is begun. */
  readonly lacks: readonly Lack[];
  /** What need not stop anybody; undefined where all is well. */
  readonly note: Message | undefined;
}

/**
 * Puts what a backend says that it lacks together with what the doctor sees, each thing once.
 * @throws the signal's reason
 */
export async function beforeUp(
  lab: LabModel,
  backend: BackendName,
  preflight: () => Promise<readonly Lack[]>,
  { signal, host }: Pick<ExamineOptions, 'signal' | 'host'> = {},
): Promise<BeforeUp> {
  const done = new AbortController();
  const looking = examine(lab, {
    backend,
    wanted: mattersBeforeUp(backend),
    signal: signal ? AbortSignal.any([signal, done.signal]) : done.signal,
    ...(host ? { host } : {}),
  });
  const [own, checks] = await Promise.all([preflight(), looking])
    // Where the one fails, nobody waits for the other.
    .finally(() => done.abort());
  const bad = checks.filter(({ state }) => state === 'bad').map(asLack);
  const poor = checks.filter(({ state }) => state === 'poor').length;
  return {
    // A check says the same with what to do on this very system.
    lacks: [...own.filter(({ code }) => !bad.some((each) => each.code === code)), ...bad],
    note: poor === 0 ? undefined : couldBeBetter(poor, `redis-lab doctor --backend ${backend}`),
  };
}

function couldBeBetter(count: number, doctor: string): Message {
  return message(count === 1 ? 'note.better-one' : 'note.better-many', { count, doctor });
}

function asLack({ code, name, seen, why, fix = why, remedy }: Check): Lack {
  return { code, what: name, seen, fix, ...(remedy ? { remedy } : {}) };
}
