/** The result as JUnit XML: what CI services show as tests. One suite for each scenario of each run. */
import { seconds } from './layout.js';
import type {
  Assertion,
  Phase,
  ScenarioResult,
  TimelineEntry,
  Verdict,
  VerifyResult,
} from './types.generated.js';
import { type XmlElement, xmlDocument } from './xml.js';

/** A document; ends with a newline. */
export function junitReport(result: VerifyResult): string {
  const suites = suitesOf(result);
  const cases = suites.flatMap((suite) => suite.cases);
  return xmlDocument({
    name: 'testsuites',
    attributes: {
      name: `redis-lab ${result.lab.name}`,
      ...tally(cases),
      time: seconds(result.ms),
    },
    children: suites.map((suite) => suiteElement(suite, result)),
  });
}

interface Suite {
  readonly name: string;
  readonly scenario: ScenarioResult;
  readonly cases: readonly Assertion[];
}

function suitesOf({ runs, scenarios }: VerifyResult): Suite[] {
  const named = runs
    ? runs.flatMap(({ run, scenarios: ofRun }) =>
        ofRun.map((scenario) => ({ name: `${scenario.name}, run ${run}`, scenario })),
      )
    : scenarios.map((scenario) => ({ name: scenario.name, scenario }));
  return named.map((suite) => ({ ...suite, cases: casesOf(suite.scenario) }));
}

/** The assertions; and the scenario itself where its verdict is not that of any of them. */
function casesOf({ name, assertions, verdict, reason, ms }: ScenarioResult): readonly Assertion[] {
  if (assertions.length > 0 && (verdict !== 'failed' || assertions.some(failed))) return assertions;
  const whole: Assertion = {
    claim: `the scenario ${name} runs to its end`,
    verdict,
    expected: 'its end',
    seen: reason ?? '',
    ms,
  };
  return [...assertions, whole];
}

function failed({ verdict }: Assertion): boolean {
  return verdict === 'failed';
}

function tally(cases: readonly Assertion[]): Record<string, number> {
  const number = (verdict: Verdict) => cases.filter((each) => each.verdict === verdict).length;
  return { tests: cases.length, failures: number('failed'), errors: 0, skipped: number('skipped') };
}

function suiteElement({ name, scenario, cases }: Suite, result: VerifyResult): XmlElement {
  const { lab, backend, startedAt, found } = result;
  const properties: Record<string, string | number | null> = {
    backend,
    server: `${lab.server.engine} ${lab.server.version}`,
    downAfterMs: lab.sentinel.downAfterMs,
    outageMs: whole(scenario.outageMs),
    writableMs: whole(scenario.writableMs),
    ...Object.fromEntries(scenario.phases.flatMap(phaseProperties)),
    acknowledged: scenario.ledger?.acknowledged ?? null,
    lost: scenario.ledger?.lost ?? null,
    evidence: scenario.evidence,
    found: found?.state ?? null,
    problems: found?.problems.map(({ text }) => text).join('; ') || null,
    mended: found?.mended.join(' ') || null,
  };
  const output = scenario.timeline.map(timelineLine).join('\n');
  return {
    name: 'testsuite',
    attributes: {
      name,
      ...tally(cases),
      time: seconds(scenario.ms),
      // The format has no zone; this is UTC.
      timestamp: startedAt.slice(0, 19),
    },
    children: [
      {
        name: 'properties',
        children: Object.entries(properties).flatMap(([key, value]) =>
          value === null ? [] : [{ name: 'property', attributes: { name: key, value } }],
        ),
      },
      ...cases.map((each) => caseElement(each, lab.name, scenario)),
      ...(output === '' ? [] : [{ name: 'system-out', children: output }]),
    ],
  };
}

/** Its length, and what was predicted for it. */
function phaseProperties({ name, ms, predicted }: Phase): [string, number | null][] {
  const { minMs, maxMs } = predicted;
  return [
    [`${name}Ms`, whole(ms)],
    [`${name}PredictedMinMs`, whole(minMs)],
    [`${name}PredictedMaxMs`, whole(maxMs)],
  ];
}

function whole(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

function caseElement(each: Assertion, lab: string, { name, reason }: ScenarioResult): XmlElement {
  const { claim, verdict, expected, seen, ms } = each;
  return {
    name: 'testcase',
    attributes: { name: claim, classname: `${lab}.${name}`, time: seconds(ms) },
    children:
      verdict === 'passed'
        ? []
        : [
            verdict === 'failed'
              ? {
                  name: 'failure',
                  attributes: { message: `expected ${expected}; seen ${seen}`, type: 'assertion' },
                  children: reason ?? '',
                }
              : { name: 'skipped', attributes: { message: seen || (reason ?? '') } },
          ],
  };
}

function timelineLine({ atMs, source, event, detail }: TimelineEntry): string {
  return `${seconds(atMs)} ${source} ${event} ${detail}`.trimEnd();
}
