/** What a verification that went well found, in a few lines: one for each scenario, and the phases. */
import { say } from '../render/texts.js';
import { figuresTable } from './figures-text.js';
import { clean, item, WIDTH } from './layout.js';
import { speechIn, timeOf } from './speech.js';
import { MARKS, PLAIN, painted, type Style, type Telling } from './style.js';
import type { ScenarioResult, VerifyResult } from './types.generated.js';

/**
 * Lines joined by newlines, none at the end.
 * @param lang Default: English.
 */
export function shortReport(
  { scenarios }: VerifyResult,
  style: Style = PLAIN,
  lang?: string,
): string {
  const telling = { ...speechIn(lang), style };
  return [
    ...scenarios.flatMap((each) => scenarioLines(each, telling)),
    ...scenarios.flatMap((each) => figuresTable(each, telling, true)),
  ].join('\n');
}

function scenarioLines(scenario: ScenarioResult, telling: Telling): string[] {
  const { name, verdict, ms, outageMs, ledger } = scenario;
  const { progress, story, verdicts } = telling.t;
  const time = (each: number) => timeOf(telling, each);
  const text = [
    `${clean(name)}: ${say(progress.outcome, { verdict: verdicts[verdict], time: time(ms) })}`,
    ...(outageMs === null ? [] : [say(progress.outage, { time: time(outageMs) })]),
    ...(ledger
      ? [say(story.lostOf, { lost: ledger.lost, acknowledged: ledger.acknowledged })]
      : []),
  ].join(', ');
  const [first = '', ...rest] = item('', text, (telling.style.width ?? WIDTH) - 2);
  return [
    `${painted(MARKS[verdict], verdict, telling.style)} ${first}`,
    ...rest.map((line) => `  ${line}`),
  ];
}
