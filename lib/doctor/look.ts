/** One look at a host, which gives one check or several. */
import type { BackendName } from '../backends/registry.js';
import type { Check } from './check.js';
import type { Facts } from './facts.js';

export interface Look<Code extends string = string> {
  /** What it is known by, as are the checks that it gives, or the first of them. */
  readonly code: Code;
  /** Shown if it does not end in time. Default: the text of its code. */
  readonly name?: string;
  readonly about: readonly BackendName[];
  readonly check: (facts: Facts, asked: boolean) => Promise<Check[]>;
}
