/** One thing that was checked, and how a check says so. */
import type { Remedy } from '../backends/backend.js';
import type { BackendName } from '../backends/registry.js';
import type { Sentence } from '../coded.js';
import type { Texts } from '../render/texts.js';
import { type Message, message, messageOf } from '../report/messages.js';
import type { CheckState } from '../report/types.generated.js';

export interface Check {
  /** Stays the same whatever the texts say: `virtualbox.host-only-range`. */
  readonly code: string;
  readonly name: Message;
  /** The backends that it matters for. */
  readonly about: readonly BackendName[];
  readonly state: CheckState;
  readonly seen: Message;
  readonly why: Message;
  /** Lines that begin with two blanks are commands to copy. */
  readonly fix?: Message;
  readonly remedy?: Remedy;
}

export interface Subject {
  good(seen: Sentence): Check;
  poor(seen: Sentence, fix?: Sentence, remedy?: Remedy): Check;
  bad(seen: Sentence, fix: Sentence, remedy?: Remedy): Check;
}

/** A check of ours: `templates/doctor/` has its name, and why it matters. */
export type CheckCode = keyof Texts<'doctor'> extends infer K
  ? K extends `${infer Code}.why`
    ? Code
    : never
  : never;

/** What a check is about; what it then says depends on the host. */
export function subject(code: CheckCode, about: readonly BackendName[]): Subject {
  return subjectOf(code, about, message(`${code}.name`), message(`${code}.why`));
}

/** The same, for a check without texts in `templates/doctor/`. */
export function subjectOf(
  code: string,
  about: readonly BackendName[],
  name: Sentence,
  why: Sentence,
): Subject {
  const common = { code, name: messageOf(name), about, why: messageOf(why) };
  const say = (state: CheckState, seen: Sentence, fix?: Sentence, remedy?: Remedy): Check => ({
    ...common,
    state,
    seen: messageOf(seen),
    ...(fix === undefined ? {} : { fix: messageOf(fix) }),
    ...(remedy === undefined ? {} : { remedy }),
  });
  return {
    good: (seen) => say('good', seen),
    poor: (seen, fix, remedy) => say('poor', seen, fix, remedy),
    bad: (seen, fix, remedy) => say('bad', seen, fix, remedy),
  };
}
