/** Which scenarios of a result are drawn, and what they are called in a page and in a folder. */
import type { ScenarioResult, VerifyResult } from '../types.generated.js';
import type { Subject } from './section.js';

export interface Drawn extends Subject {
  /** Before its ids and file names; empty where it is the only one. */
  readonly prefix: string;
}

/** Every scenario with something that is drawn; without one, the lab alone. */
export function drawnOf(result: VerifyResult): readonly Drawn[] {
  const scenarios = result.scenarios.filter(isDrawn);
  if (scenarios.length < 2) return [{ result, scenario: scenarios[0], prefix: '' }];
  const taken = new Set<string>();
  return scenarios.map((scenario) => {
    const word = wordFor(scenario.name);
    let free = word;
    for (let i = 2; taken.has(free); i++) free = `${word}-${i}`;
    taken.add(free);
    return { result, scenario, prefix: `${free}-` };
  });
}

function isDrawn({ phases, ledger, outageMs }: ScenarioResult): boolean {
  return phases.length > 0 || (ledger?.attempted ?? 0) > 0 || outageMs !== null;
}

/** A result may have been written by anybody, and these words become names of files. */
function wordFor(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');
  return word === '' ? 'scenario' : word;
}
