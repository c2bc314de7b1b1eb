/** The story of a verification, for people. */
import { say, textsOf } from '../render/texts.js';
import { phaseBars } from './bars.js';
import { eachIn, inLanguage, problemsIn, reasonIn } from './claims.js';
import { clientsTable } from './clients-text.js';
import { countClaims, shownText } from './derived.js';
import { marksOf, namedFigures } from './figures.js';
import { figuresTable } from './figures-text.js';
import { clean, cut, item, largest, seconds, table, wrap } from './layout.js';
import { type Told, textOf, toldIn } from './messages.js';
import { counted, listed, speechIn, timeOf, wordIn } from './speech.js';
import { MARKS, PLAIN, painted, type Style, same, type Telling } from './style.js';
import { tellingEntries } from './telling.js';
import type {
  Assertion,
  LedgerResult,
  ResultNode,
  RunResult,
  ScenarioResult,
  ScenarioSummary,
  Verdict,
  VerifyResult,
} from './types.generated.js';

/** Two blanks, the mark, a blank. */
const MARK_WIDTH = 4;

/**
 * Lines joined by newlines, none at the end.
 * @param lang Default: English.
 */
export function textReport(result: VerifyResult, style: Style = PLAIN, lang?: string): string {
  const telling = { ...speechIn(lang), style };
  const shown = shownText(result, textsOf('report', telling.lang));
  const blocks = [
    [...header(result, telling), ...foundLines(result, telling)],
    ...(shown === undefined ? [] : [wrap(shown, 0, style.width)]),
    ...result.scenarios.map((scenario, i) =>
      scenarioBlock(scenario, result.scenarios.slice(0, i), result.lab.nodes, telling),
    ),
    ...(result.runs ? [runsBlock(result.runs, result.summary ?? [], telling)] : []),
    [closing(result, telling)],
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function header({ lab, backend }: VerifyResult, telling: Telling): string[] {
  const { story, status, count } = telling.t;
  const { engine, version, describedVersion } = lab.server;
  const described =
    version === describedVersion
      ? ''
      : ` ${say(story.described, { version: clean(describedVersion) })}`;
  const { downAfterMs, quorum } = lab.sentinel;
  const text = [
    `${say(status.lab, { lab: clean(lab.name), backend: clean(backend) })}:`,
    `${clean(engine)} ${clean(version)}${described},`,
    `${counted(count.nodes, lab.nodes.length)},`,
    say(story.down, { quorum, time: timeOf(telling, downAfterMs) }),
  ].join(' ');
  return wrap(text, 2, telling.style.width);
}

/** Nothing about a lab that was whole or not there. */
function foundLines({ found }: VerifyResult, telling: Telling): string[] {
  if (!found) return [];
  const { story } = telling.t;
  const problems = problemsIn(found, telling).map(plain);
  const mended = eachIn(telling, found.mended, found.mendedCodes).map(plain);
  return [
    ...(problems.length > 0
      ? item(story.found, problems.join('; '), telling.style.width).map(telling.style.bad)
      : []),
    ...(mended.length > 0 ? item(story.mended, mended.join(' '), telling.style.width) : []),
  ];
}

function plain(parts: readonly Told[]): string {
  return clean(textOf(parts));
}

function scenarioBlock(
  scenario: ScenarioResult,
  before: readonly ScenarioResult[],
  nodes: readonly ResultNode[],
  telling: Telling,
): string[] {
  const { style, t } = telling;
  const { name, verdict, ms, reason, promotion, incident, ledger, evidence } = scenario;
  const notes = eachIn(telling, scenario.notes, scenario.noteCodes).map(plain);
  const title = say(t.story.scenario, { name: clean(name), verdict: t.verdicts[verdict] });
  return [
    style.strong(title) + style.faint(say(t.story.took, { time: timeOf(telling, ms) })),
    ...(reason === null
      ? []
      : item('  ', plain(reasonIn(scenario, telling)), style.width).map(
          verdict === 'failed' ? style.bad : same,
        )),
    ...assertionsLines(scenario, before, telling),
    ...(evidence === null
      ? []
      : item('  ', say(t.story.evidence, { folder: clean(evidence) }), style.width)),
    ...(incident
      ? [
          '',
          ...item(
            '  ',
            `${say(t.story.outcome[incident.outcome ?? 'unknown'], {})} ${incident.link}`,
            style.width,
          ),
        ]
      : []),
    ...(promotion
      ? [
          '',
          `  ${say(t.story.promotion, { from: clean(promotion.from), to: clean(promotion.to) })}`,
        ]
      : []),
    ...spaced(figuresTable(scenario, telling)),
    ...(ledger ? ['', ...ledgerLines(ledger, telling)] : []),
    ...spaced(clientsTable(scenario.clients ?? [], telling)),
    ...timelineLines(scenario, nodes, telling),
    ...spaced(phaseBars(scenario.phases, telling, style.width)),
    ...(notes.length > 0
      ? ['', ...notes.flatMap((note) => item(`  ${t.note}`, note, style.width))]
      : []),
  ];
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', ...lines] : [];
}

/** What held in an earlier scenario and holds here is only counted: it is the same lab. */
function assertionsLines(
  { assertions }: ScenarioResult,
  before: readonly ScenarioResult[],
  telling: Telling,
): string[] {
  const { story, count } = telling.t;
  const held = ({ code, claim, verdict }: Assertion) =>
    verdict === 'passed' &&
    before.some((other) =>
      other.assertions.some(
        (each) => each.code === code && each.claim === claim && each.verdict === 'passed',
      ),
    );
  const again = assertions.filter(held);
  const fresh = assertions.filter((each) => !held(each));
  return [
    ...(again.length > 0
      ? marked(
          item(
            `  ${MARKS.passed} `,
            say(story.again, { claims: counted(count.claims, again.length) }),
            telling.style.width,
          ),
          'passed',
          telling,
        )
      : []),
    ...alike(fresh).flatMap((each) =>
      each.length > 1 ? skippedLines(each, telling) : assertionLines(each[0] as Assertion, telling),
    ),
  ];
}

/** Those that were not looked at for the same reason together, each other one alone. */
function alike(assertions: readonly Assertion[]): Assertion[][] {
  const groups: Assertion[][] = [];
  for (const each of assertions) {
    const last = groups.at(-1);
    const isMore =
      each.verdict === 'skipped' && last?.[0]?.verdict === 'skipped' && last[0].seen === each.seen;
    if (isMore) last.push(each);
    else groups.push([each]);
  }
  return groups;
}

function skippedLines(assertions: readonly Assertion[], telling: Telling): string[] {
  const [first] = assertions;
  const why = first ? plain(inLanguage(first, telling).seen) : '';
  const claims = counted(telling.t.count.claims, assertions.length);
  const text = say(telling.t.story.alike, { claims, why });
  return marked(item(`  ${MARKS.skipped} `, text, telling.style.width), 'skipped', telling);
}

function assertionLines(assertion: Assertion, telling: Telling): string[] {
  const { verdict } = assertion;
  const { story } = telling.t;
  const { width } = telling.style;
  const told = inLanguage(assertion, telling);
  const [claim, expected, seen] = [told.claim, told.expected, told.seen].map(plain);
  const lead = `  ${MARKS[verdict]} `;
  if (verdict !== 'failed') {
    const text = assertion.seen === '' ? `${claim}` : `${claim}: ${seen}`;
    return marked(item(lead, text, width), verdict, telling);
  }
  return [
    ...marked(item(lead, claim ?? '', width), verdict, telling),
    ...item(`      ${story.expected}`, expected ?? '', width),
    ...item(`      ${story.seen}`, seen ?? '', width),
  ];
}

/** Paints the mark at the beginning. */
function marked(lines: readonly string[], verdict: Verdict, { style }: Telling): string[] {
  return lines.map((line, i) =>
    i === 0 ? painted(line.slice(0, MARK_WIDTH), verdict, style) + line.slice(MARK_WIDTH) : line,
  );
}

function ledgerLines(ledger: LedgerResult, { t, style }: Telling): string[] {
  const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } = ledger;
  const { story, count } = t;
  const writes = counted(count.writes, attempted);
  const text = [
    say(story.writes, { writes, acknowledged, kept, lost, refused, unknown }),
    ...(unknown > 0 ? [say(story.unknownKept, { count: unknownKept })] : []),
  ].join(' ');
  const lines = item(`  ${story.ledger}`, text, style.width);
  if (lost === 0) return lines;
  const shown = ledger.lostRecords.slice(0, 10).join(', ');
  const more = ledger.lostRecords.length > 10 ? ', …' : '';
  const records = item('  ', say(story.lost, { records: `${shown}${more}` }), style.width);
  return [...lines, ...records.map(style.bad)];
}

function timelineLines(
  { timeline }: ScenarioResult,
  nodes: readonly ResultNode[],
  telling: Telling,
): string[] {
  const { sources, events } = textsOf('report', telling.lang);
  const entries = tellingEntries(timeline);
  if (entries.length === 0) return [];
  const width = largest(entries.map(({ source }) => wordIn(sources, source).length));
  const hidden = timeline.length - entries.length;
  return [
    '',
    ...entries.map(({ atMs, source, event, detail, detailCodes }) => {
      const at = `${atMs < 0 ? '' : '+'}${seconds(atMs)}`.replace('.', telling.decimal);
      const told = named(textOf(toldIn(telling, detail, detailCodes, ': ')), nodes);
      const what = clean(`${wordIn(events, event)} ${told}`.trim());
      const who = clean(wordIn(sources, source));
      return cut(`  ${at.padStart(8)}  ${who.padEnd(width)}  ${what}`, telling.style.width);
    }),
    ...(hidden > 0 ? [`  ${say(telling.t.story.hidden, { count: hidden })}`] : []),
  ];
}

/** Addresses of the lab as the names of its nodes, which are shorter and say more. */
function named(text: string, nodes: readonly ResultNode[]): string {
  let line = text;
  for (const { name, address, redisPort, sentinelPort } of nodes) {
    for (const port of [redisPort, sentinelPort]) {
      if (port === null) continue;
      const host = address.replaceAll(/[^\w:]/g, '\\$&');
      // Sentinel names a replica by its address and then gives the address again.
      const twice = `${host}:${port} ${host} ${port}|${host}[ :]${port}`;
      line = line.replace(new RegExp(`(?<![\\d.])(?:${twice})(?!\\d)`, 'g'), name);
    }
  }
  return line;
}

function runsBlock(
  runs: readonly RunResult[],
  summary: readonly ScenarioSummary[],
  telling: Telling,
): string[] {
  const bad = runs.filter(({ verdict }) => verdict === 'failed');
  return [
    ...summary.flatMap((each, i) => [...(i > 0 ? [''] : []), ...summaryLines(each, telling)]),
    ...(bad.length > 0
      ? [
          '',
          ...bad.flatMap((run) =>
            item(
              `  ${MARKS.failed} ${say(telling.t.story.run, { run: run.run })}`,
              whyFailed(run, telling),
              telling.style.width,
            ).map(telling.style.bad),
          ),
        ]
      : []),
  ];
}

function summaryLines(summary: ScenarioSummary, telling: Telling): string[] {
  const { name, runs, passed, failed, skipped, acknowledged, lost, outcomes = [] } = summary;
  const { story, count } = telling.t;
  const titles = textsOf('report', telling.lang).statistics;
  const inSeconds = (ms: number) => seconds(ms).replace('.', telling.decimal);
  const verdicts = listed(
    [
      say(story.passed, { count: passed }),
      ...(failed > 0 ? [say(story.failed, { count: failed })] : []),
      ...(skipped > 0 ? [say(story.skipped, { count: skipped })] : []),
    ],
    telling,
  );
  const rows = namedFigures(summary, telling.lang);
  const marks = marksOf(rows.map(([, figures]) => figures));
  const lines = rows.flatMap(([what, figures]) =>
    figures
      ? [
          [
            `  ${clean(what)}`,
            ...marks.map((mark) => {
              const ms = figures[mark];
              return ms === undefined ? '–' : inSeconds(ms);
            }),
            ...(figures.count === runs
              ? []
              : [say(story.ofRuns, { runs: counted(count.runs, figures.count) })]),
          ],
        ]
      : [],
  );
  const right = (title: string) => ({ title, align: 'right' as const });
  return [
    telling.style.strong(`${clean(name)}, ${counted(count.runs, runs)}: ${verdicts}`),
    ...(lines.length > 0
      ? table(
          [
            { title: `  ${story.seconds}` },
            ...marks.map((mark) => right(titles[mark])),
            { title: '' },
          ],
          lines,
          telling.style.width,
        )
      : []),
    ...outcomes.flatMap((each) => {
      const often = counted(count.runs, each.runs);
      const told = say(story.outcome[each.outcome ?? 'unknown'], {});
      return item('  ', `${often}: ${told}`, telling.style.width);
    }),
    ...(acknowledged > 0
      ? item('  ', say(story.total, { acknowledged, lost }), telling.style.width)
      : []),
  ];
}

function whyFailed({ scenarios }: RunResult, telling: Telling): string {
  return scenarios
    .filter(({ verdict }) => verdict === 'failed')
    .map((scenario) => {
      const { name, evidence } = scenario;
      const why = textOf(reasonIn(scenario, telling)) || telling.t.verdicts.failed;
      return clean(`${name}: ${why}${evidence === null ? '' : ` (${evidence})`}`);
    })
    .join('; ');
}

function closing(result: VerifyResult, telling: Telling): string {
  const { verdict, ms, runs } = result;
  const { story, verdicts, count } = telling.t;
  const many = runs ? `, ${counted(count.runs, runs.length)}` : '';
  const text = `${MARKS[verdict]} ${verdicts[verdict]}`;
  const took = say(story.took, { time: timeOf(telling, ms) });
  const failed = countClaims(result, 'failed');
  const claims = counted(count.claims, failed);
  const fallen =
    failed > 0 ? `: ${say(story.fallen, { claims, skipped: countClaims(result, 'skipped') })}` : '';
  return `${painted(text, verdict, telling.style)}${many}${took}${fallen}`;
}
