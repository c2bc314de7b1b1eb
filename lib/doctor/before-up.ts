/** What stands in the way of `up`, beyond what the backend itself looks at before it begins. */
import type { Lack } from '../backends/backend.js';
import { type BackendName, descriptorOf } from '../backends/registry.js';
import type { LabModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import type { Check } from './check.js';
import { type ExamineOptions, examine } from './examine.js';

/** @internal Whether a check, by its code, is looked at before `up`. */
export function mattersBeforeUp(backend: BackendName): (code: string) => boolean {
  // By default the checks named like the backend are left to its preflight.
  const own = descriptorOf(backend)?.doctor?.saysItself ?? [backend];
  // Nothing can be done about it, so nobody is told each time.
  const left = [...own, 'tried'];
  return (code) => !left.includes(code);
}

interface BeforeUp {
  /** All that is missing, at once: nothing is started before it is there. */
  readonly lacks: readonly Lack[];
  /** About warnings, which don't block `up`; undefined without any. */
  readonly note: Message | undefined;
}

/**
 * What a backend says that it lacks, and what doctor finds, each thing once.
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
    // If one fails, the other is not waited for.
    .finally(() => done.abort());
  const bad = checks.filter(({ state }) => state === 'bad').map(asLack);
  const poor = checks.filter(({ state }) => state === 'poor').length;
  return {
    // The check's fix is for this very system.
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
