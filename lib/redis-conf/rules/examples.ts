/** What rules look for, each with an example: for pages about them, and tests. */
import { examples } from './examples.generated.js';
import type { RuleCode } from './finding.js';

/** Files that have the mistake, and files that nearly do: the text of each by its name. */
export interface Example {
  readonly example: Readonly<Record<string, string>>;
  readonly silent: Readonly<Record<string, string>>;
}

export const EXAMPLES: Readonly<Record<RuleCode, Example>> = examples;
