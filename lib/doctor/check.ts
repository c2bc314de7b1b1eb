/** One thing that was looked at, and how a check says it. */
import type { Remedy } from '../backends/backend.js';
import type { BackendName } from '../backends/registry.js';
import type { CheckState } from '../report/types.generated.js';

export interface Check {
  /** What it is known by, whatever it says: `virtualbox.host-only-range`. */
  readonly code: string;
  readonly name: string;
  /** The backends that it matters for. */
  readonly about: readonly BackendName[];
  readonly state: CheckState;
  readonly seen: string;
  readonly why: string;
  /** Lines that begin with two blanks are commands to copy. */
  readonly fix?: string;
  readonly remedy?: Remedy;
}

export interface Subject {
  good(seen: string): Check;
  poor(seen: string, fix?: string, remedy?: Remedy): Check;
  bad(seen: string, fix: string, remedy?: Remedy): Check;
}

/** What a check is about, and why that matters; what it then says depends on the host. */
export function subject(
  code: string,
  name: string,
  about: readonly BackendName[],
  why: string,
): Subject {
  const say = (state: CheckState, seen: string, fix?: string, remedy?: Remedy): Check => ({
    code,
    name,
    about,
    state,
    seen,
    why,
    ...(fix === undefined ? {} : { fix }),
    ...(remedy === undefined ? {} : { remedy }),
  });
  return {
    good: (seen) => say('good', seen),
    poor: (seen, fix, remedy) => say('poor', seen, fix, remedy),
    bad: (seen, fix, remedy) => say('bad', seen, fix, remedy),
  };
}
