/** Writes what the handout draws, from a kept result of a real run: `npm run docs:stories`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Stories } from '../lib/handout/parts/story.js';
import { readResult } from '../lib/report/read-result.js';
import { tellingEntries } from '../lib/report/telling.js';
import type { ScenarioResult } from '../lib/report/types.generated.js';

const FROM = 'spec/fixtures/results/stories.json';
export const TO = 'templates/handout/stories.json';

/** What is a dot or a bar of a timeline, besides what tells the story. */
const DRAWN =
  /^(?:[+-](?:sdown|odown|switch-master|promoted-slave|elected-leader|selected-slave)|connection \w+|healed)$/;

export function stories(): string {
  const { lab, scenarios } = readResult(readFileSync(FROM, 'utf8'), FROM);
  const drawn: Stories = {
    downAfterMs: lab.sentinel.downAfterMs,
    nodes: lab.nodes,
    scenarios: scenarios.map(trimmed),
  };
  return `${JSON.stringify(drawn)}\n`;
}

function trimmed(scenario: ScenarioResult): ScenarioResult {
  const { timeline, ledger, history } = scenario;
  const telling = new Set(tellingEntries(timeline));
  return {
    ...scenario,
    assertions: [],
    notes: [],
    noteCodes: [],
    timeline: timeline
      .filter((entry) => telling.has(entry) || (DRAWN.test(entry.event) && entry.atMs > -1000))
      // Of what a Sentinel says it matters whether it is of the master.
      .map(({ detailCodes, ...entry }) => ({
        ...entry,
        detail: entry.event === '+sdown' ? (entry.detail.split(' ')[0] ?? '') : '',
        // What was mended decides when the server was back.
        ...(entry.event === 'healed' && detailCodes ? { detailCodes } : {}),
      })),
    phases: scenario.phases.map((phase) => ({
      ...phase,
      from: '',
      to: '',
      predicted: { ...phase.predicted, why: '' },
    })),
    ...(ledger && {
      ledger: {
        ...ledger,
        lostRecords: [],
        stretches: ledger.stretches.map(({ reasonCodes: _, ...each }) => ({ ...each, reason: '' })),
      },
    }),
    ...(history && {
      history: {
        ...history,
        findings: history.findings
          .filter(({ kind }) => kind === 'lost' || kind === 'two-masters')
          .map(({ firstCodes: _, ...each }) => ({ ...each, first: '' })),
      },
    }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(TO, stories());
