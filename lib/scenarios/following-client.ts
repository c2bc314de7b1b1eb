/** The client of a scenario: it follows the Sentinels, and what it meets is told on the timeline. */
import type { ScenarioContext } from '../verify/context.js';
import { Writer } from '../verify/writer.js';

/** Not started yet. The keys must have been chosen. */
export function followingClient({ lab, recorder, keys, newLedger }: ScenarioContext): Writer {
  return new Writer(lab, {
    key: keys.ledger,
    database: keys.database,
    ledger: newLedger(),
    onChange: (event, detail, at) => recorder.tell('client', event, detail, at),
  });
}
