/** What the page's template is filled with: all of it settled, as texts. */
import { say } from '../../render/texts.js';
import { version } from '../../version.js';
import { eachIn, inLanguage, problemsIn, reasonIn } from '../claims.js';
import { countClaims, faultTexts, shownText, strickenNode } from '../derived.js';
import { OF_PAGE, type ReportTexts, secondsIn, timeIn } from '../drawing/pen.js';
import { exactSeconds, moment } from '../drawings.js';
import { clean } from '../layout.js';
import { cleaned, type Language } from '../messages.js';
import { type Drawn, drawnOf } from '../sections/drawn.js';
import { summaryOf } from '../sections/outage.js';
import { MARKS } from '../style.js';
import type { Assertion, ScenarioResult, Verdict, VerifyResult } from '../types.generated.js';
import { type Figure, figuresOf } from './figures.js';

export function pageView(result: VerifyResult, texts: ReportTexts, lang: string) {
  const verdict = texts.verdicts[result.verdict];
  const language = { lang, decimal: texts.decimal };
  const drawn = drawnOf(result);
  const [only, another] = drawn;
  return {
    title: say(texts.title, { lab: clean(result.lab.name), verdict }),
    lab: clean(result.lab.name),
    verdict: result.verdict,
    verdictWord: verdict,
    mark: MARKS[result.verdict],
    lede: only && !another ? lede(only, result.verdict, texts) : texts.hero[result.verdict],
    shown: shownText(result, texts) ?? '',
    reasons: result.scenarios.flatMap((scenario) => {
      const reason = scenario.verdict === 'failed' ? cleaned(reasonIn(scenario, language)) : [];
      return reason.length > 0 ? [{ name: clean(scenario.name), reason }] : [];
    }),
    found: foundView(result, texts, language),
    facts: [
      ...(only && !another ? measured(only, texts) : []),
      held(result, texts),
      ...fallen(result, texts),
    ],
    drawn: drawn.map((each) => drawnView(each, texts, language)),
    scenarios: result.scenarios.map((scenario, i) => scenarioView(scenario, i, texts, language)),
    particulars: particulars(result, texts),
  };
}

/** Under a heading of its own where several are drawn. */
function drawnView(drawn: Drawn, texts: ReportTexts, language: Language) {
  const { prefix, scenario } = drawn;
  const figures = figuresOf(drawn, texts, language, OF_PAGE);
  if (prefix === '' || !scenario) return { id: '', figures: figures.map(atLevel(2)) };
  return {
    id: `${prefix}drawn`,
    heading: clean(scenario.name),
    lede: lede(drawn, scenario.verdict, texts),
    facts: measured(drawn, texts),
    figures: figures.map(atLevel(3)),
  };
}

function atLevel(level: number) {
  return (figure: Figure) => ({ ...figure, level });
}

/** What was wrong with the lab when it was found, and what was done about it; null: nothing was. */
function foundView({ found }: VerifyResult, texts: ReportTexts, language: Language) {
  if (!found || (found.problems.length === 0 && found.mended.length === 0)) return null;
  return {
    heading: found.mended.length > 0 ? texts.found.mended : texts.found.broken,
    problems: problemsIn(found, language).map(cleaned),
    mended: eachIn(language, found.mended, found.mendedCodes).map(cleaned),
  };
}

/** The result in a sentence, or a scenario in one. */
function lede(drawn: Drawn, verdict: Verdict, texts: ReportTexts): string {
  const { scenario } = drawn;
  const outages = summaryOf(drawn)?.outageMs;
  const { happened } = faultTexts(texts, scenario?.fault);
  if (outages && verdict === 'passed') {
    return say(texts.hero.outageRuns, {
      runs: outages.count,
      happened,
      time: timeIn(texts, outages.median),
    });
  }
  const stricken = scenario?.verdict === 'failed' && strickenNode(scenario);
  if (scenario && stricken && !scenario.promotion && scenario.writableMs === null) {
    return say(texts.hero.noFailover, { from: clean(stricken), happened });
  }
  if (verdict !== 'passed') return texts.hero[verdict];
  if (!scenario || scenario.outageMs === null) return texts.hero.passed;
  const time = timeIn(texts, scenario.outageMs);
  // A client that came back to the old master has not written to the new one.
  if (!scenario.promotion || scenario.writableMs === null) {
    return say(texts.hero.interrupted, { time });
  }
  const { from, to } = scenario.promotion;
  return say(texts.hero.outage, { from: clean(from), happened, to: clean(to), time });
}

/** `data` is the value as the result has it. */
interface Fact {
  readonly name: string;
  readonly data: number;
  readonly value: string;
  readonly text: string;
  readonly isBad: boolean;
}

function measured(drawn: Drawn, texts: ReportTexts): Fact[] {
  const time = (name: string, ms: number | null | undefined, text: string): Fact[] =>
    ms === null || ms === undefined
      ? []
      : [{ name, data: ms, value: timeIn(texts, ms), text, isBad: false }];
  const { scenario } = drawn;
  const summary = summaryOf(drawn);
  const repeated = summary?.outageMs ? summary : undefined;
  const ledger = repeated ?? scenario?.ledger;
  return [
    ...(repeated?.outageMs
      ? time(
          'outage',
          repeated.outageMs.median,
          say(texts.facts.outageMedian, { count: repeated.outageMs.count }),
        )
      : time('outage', scenario?.outageMs, texts.facts.outage)),
    ...(repeated ? [] : time('writable', scenario?.writableMs, texts.facts.writable)),
    ...(ledger
      ? [
          {
            name: 'lost',
            data: ledger.lost,
            value: String(ledger.lost),
            text: say(texts.facts.lost, { acknowledged: ledger.acknowledged }),
            isBad: ledger.lost > 0,
          },
        ]
      : []),
  ];
}

/** How much of it held: runs, or else claims. */
function held({ scenarios, runs }: VerifyResult, texts: ReportTexts): Fact {
  const [name, all, text] = runs
    ? (['runs', runs, texts.facts.runs] as const)
    : (['claims', scenarios.flatMap(({ assertions }) => assertions), texts.facts.claims] as const);
  const passed = all.filter(({ verdict }) => verdict === 'passed').length;
  return {
    name,
    data: passed,
    value: String(passed),
    text: say(text, { count: all.length }),
    isBad: all.some(({ verdict }) => verdict === 'failed'),
  };
}

/** Of what failed: how many claims did, and how many nobody looked at. */
function fallen(result: VerifyResult, texts: ReportTexts): Fact[] {
  if (result.verdict !== 'failed') return [];
  return (['failed', 'skipped'] as const).map((name) => {
    const data = countClaims(result, name);
    return { name, data, value: String(data), text: texts.facts[name], isBad: name === 'failed' };
  });
}

function told(assertion: Assertion, language: Language) {
  const { claim, expected, seen } = inLanguage(assertion, language);
  return {
    claim: cleaned(claim),
    expected: cleaned(expected),
    seen: assertion.seen === '' ? [] : cleaned(seen),
  };
}

function scenarioView(
  scenario: ScenarioResult,
  index: number,
  texts: ReportTexts,
  language: Language,
) {
  const { name, verdict, ms, assertions, notes, noteCodes, evidence } = scenario;
  return {
    id: `scenario-${index + 1}`,
    name: clean(name),
    verdict,
    mark: MARKS[verdict],
    ms: String(ms),
    heading: say(texts.claims.scenario, {
      name: clean(name),
      verdict: texts.verdicts[verdict],
      time: timeIn(texts, ms),
    }),
    reason: cleaned(reasonIn(scenario, language)),
    claims: assertions.map((each) => ({
      verdict: each.verdict,
      verdictWord: texts.verdicts[each.verdict],
      mark: MARKS[each.verdict],
      code: clean(each.code ?? ''),
      ...told(each, language),
      ms: String(each.ms),
    })),
    notes: eachIn(language, notes, noteCodes).map(cleaned),
    evidence: evidence === null ? '' : clean(evidence),
  };
}

function particulars({ lab, backend, startedAt, ms, found }: VerifyResult, texts: ReportTexts) {
  const t = texts.particulars;
  const { engine, version: running, describedVersion } = lab.server;
  const { downAfterMs, failoverTimeoutMs, quorum } = lab.sentinel;
  const setting = (value: number) => say(texts.seconds, { value: exactSeconds(texts, value) });
  const row = (key: string, name: string, value: string, data: string | number = value) => ({
    key,
    name,
    value: clean(value),
    data: clean(String(data)),
  });
  return [
    row('lab', t.lab, lab.name),
    row('engine', t.engine, `${engine} ${running}`),
    row('described', t.described, describedVersion),
    row('backend', t.backend, backend),
    row(
      'nodes',
      t.nodes,
      say(t.nodesCount, {
        count: lab.nodes.length,
        names: lab.nodes.map(({ name }) => name).join(', '),
      }),
      lab.nodes.length,
    ),
    row('quorum', t.quorum, String(quorum)),
    row('down-after', t.downAfter, setting(downAfterMs), downAfterMs),
    row('failover-timeout', t.failoverTimeout, setting(failoverTimeoutMs), failoverTimeoutMs),
    ...(found ? [row('found', t.found, texts.found.states[found.state], found.state)] : []),
    row('started', t.startedAt, moment(startedAt), startedAt),
    row('took', t.took, say(texts.seconds, { value: secondsIn(texts, ms) }), ms),
    row('redis-lab', t.redisLab, version),
  ];
}
