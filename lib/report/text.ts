/** The story of a verification, for people, in 80 columns. */
import { phaseBars } from './bars.js';
import {
  clean,
  count,
  cut,
  duration,
  item,
  largest,
  list,
  seconds,
  table,
  wrap,
} from './layout.js';
import type {
  Assertion,
  LedgerResult,
  ResultNode,
  RunResult,
  ScenarioResult,
  ScenarioSummary,
  Statistics,
  Verdict,
  VerifyResult,
} from './result.js';
import { PLAIN, type Style } from './style.js';
import { tellingEntries } from './telling.js';

const MARKS: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', skipped: '–' };

/** Two blanks, the mark, a blank. */
const MARK_WIDTH = 4;

/** Lines joined by newlines, none at the end. */
export function textReport(result: VerifyResult, style: Style = PLAIN): string {
  const blocks = [
    [...header(result), ...foundLines(result, style)],
    ...result.scenarios.map((scenario, i) =>
      scenarioBlock(scenario, result.scenarios.slice(0, i), result.lab.nodes, style),
    ),
    ...(result.runs ? [runsBlock(result.runs, result.summary ?? [], style)] : []),
    [closing(result, style)],
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function header({ lab, backend }: VerifyResult): string[] {
  const { engine, version, describedVersion } = lab.server;
  const described =
    version === describedVersion ? '' : ` (${clean(describedVersion)} is described)`;
  const { downAfterMs, quorum } = lab.sentinel;
  const text = [
    `Lab ${clean(lab.name)} (${clean(backend)}):`,
    `${clean(engine)} ${clean(version)}${described},`,
    `${count(lab.nodes.length, 'node')}, quorum ${quorum}, down-after ${duration(downAfterMs)}`,
  ].join(' ');
  return wrap(text, 2);
}

/** Nothing about a lab that was whole or not there. */
function foundLines({ found }: VerifyResult, style: Style): string[] {
  if (!found) return [];
  const { problems, mended } = found;
  const texts = problems.map(({ text }) => clean(text));
  const foundSo = texts.length > 0 ? item('Found: ', texts.join('; ')).map(style.bad) : [];
  return [...foundSo, ...(mended.length > 0 ? item('Mended: ', mended.map(clean).join(' ')) : [])];
}

function scenarioBlock(
  scenario: ScenarioResult,
  before: readonly ScenarioResult[],
  nodes: readonly ResultNode[],
  style: Style,
): string[] {
  const { name, verdict, ms, reason, promotion, ledger, notes, evidence } = scenario;
  return [
    style.strong(`${clean(name)}: ${verdict}`) + style.faint(` in ${duration(ms)}`),
    ...(reason === null
      ? []
      : item('  ', clean(reason)).map(verdict === 'failed' ? style.bad : same)),
    ...assertionsLines(scenario, before, style),
    ...(evidence === null ? [] : item('  ', `Evidence: ${clean(evidence)}`)),
    ...(promotion
      ? ['', `  ${clean(promotion.from)} was master, now it is ${clean(promotion.to)}.`]
      : []),
    ...figuresTable(scenario, style),
    ...(ledger ? ['', ...ledgerLines(ledger, style)] : []),
    ...timelineLines(scenario, nodes),
    ...barLines(scenario),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => item('  Note: ', clean(note)))] : []),
  ];
}

/** What held in an earlier scenario and holds here is only counted: it is the same lab. */
function assertionsLines(
  { assertions }: ScenarioResult,
  before: readonly ScenarioResult[],
  style: Style,
): string[] {
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
          item(`  ${MARKS.passed} `, `${count(again.length, 'claim')} from above, true again`),
          'passed',
          style,
        )
      : []),
    ...fresh.flatMap((each) => assertionLines(each, style)),
  ];
}

function assertionLines({ claim, verdict, expected, seen }: Assertion, style: Style): string[] {
  const lead = `  ${MARKS[verdict]} `;
  if (verdict !== 'failed') {
    const text = seen === '' ? clean(claim) : `${clean(claim)}: ${clean(seen)}`;
    return marked(item(lead, text), verdict, style);
  }
  return [
    ...marked(item(lead, clean(claim)), verdict, style),
    ...item('      expected  ', clean(expected)),
    ...item('      seen      ', clean(seen)),
  ];
}

/** The mark at the begin stands out. */
function marked(lines: readonly string[], verdict: Verdict, style: Style): string[] {
  return lines.map((line, i) =>
    i === 0 ? painted(line.slice(0, MARK_WIDTH), verdict, style) + line.slice(MARK_WIDTH) : line,
  );
}

function painted(text: string, verdict: Verdict, style: Style): string {
  return { passed: style.good, failed: style.bad, skipped: style.faint }[verdict](text);
}

function figuresTable({ phases, writableMs, outageMs }: ScenarioResult, style: Style): string[] {
  const rows = [
    ...phases.map(({ name, ms, predicted, to }) => [
      `  ${clean(name)}`,
      ms === null ? 'not seen' : seconds(ms),
      `${seconds(predicted.minMs)}–${seconds(predicted.maxMs)}`,
      `until ${clean(to)}`,
    ]),
    ...figure('writable', writableMs, 'from the fault, asked directly'),
    ...figure('outage', outageMs, 'for a client that asks Sentinel'),
  ];
  if (rows.length === 0) return [];
  const right = (title: string) => ({ title, align: 'right' as const });
  const [titles = '', ...lines] = table(
    [{ title: '' }, right('seconds'), right('predicted'), { title: '' }],
    rows,
  );
  return ['', style.faint(titles), ...lines.flatMap((line, i) => wrapLast(line, rows[i]?.at(-1)))];
}

function figure(name: string, ms: number | null, what: string): string[][] {
  return ms === null ? [] : [[`  ${name}`, seconds(ms), '', what]];
}

/** A row that is too wide goes on under its last cell. */
function wrapLast(line: string, cell = ''): string[] {
  return item(line.slice(0, line.length - cell.length), cell);
}

function ledgerLines(ledger: LedgerResult, style: Style): string[] {
  const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } = ledger;
  const text = [
    `${count(attempted, 'write')}: ${acknowledged} acknowledged`,
    `(${kept} kept, ${lost} lost), ${refused} refused,`,
    `${unknown} never answered`,
    ...(unknown > 0 ? [`(${unknownKept} of them are there)`] : []),
  ].join(' ');
  const lines = item('  Ledger: ', text);
  if (lost === 0) return lines;
  const shown = ledger.lostRecords.slice(0, 10).join(', ');
  const more = ledger.lostRecords.length > 10 ? ', …' : '';
  const records = item('  ', `Acknowledged and lost: records ${shown}${more}`);
  return [...lines, ...records.map(style.bad)];
}

function timelineLines({ timeline }: ScenarioResult, nodes: readonly ResultNode[]): string[] {
  const entries = tellingEntries(timeline);
  if (entries.length === 0) return [];
  const width = largest(entries.map(({ source }) => source.length));
  const hidden = timeline.length - entries.length;
  return [
    '',
    ...entries.map(({ atMs, source, event, detail }) => {
      const at = `${atMs < 0 ? '' : '+'}${seconds(atMs)}`.padStart(8);
      const what = clean(`${event} ${named(detail, nodes)}`.trim());
      return cut(`  ${at}  ${clean(source).padEnd(width)}  ${what}`);
    }),
    ...(hidden > 0 ? [`  and ${hidden} more: --json has all`] : []),
  ];
}

function barLines({ phases }: ScenarioResult): string[] {
  const bars = phaseBars(phases);
  return bars.length > 0 ? ['', ...bars] : [];
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
  style: Style,
): string[] {
  const bad = runs.filter(({ verdict }) => verdict === 'failed');
  return [
    ...summary.flatMap((each, i) => [...(i > 0 ? [''] : []), ...summaryLines(each, style)]),
    ...(bad.length > 0
      ? [
          '',
          ...bad.flatMap((run) =>
            item(`  ${MARKS.failed} run ${run.run}: `, whyFailed(run)).map(style.bad),
          ),
        ]
      : []),
  ];
}

function summaryLines(summary: ScenarioSummary, style: Style): string[] {
  const { name, runs, passed, failed, skipped, acknowledged, lost } = summary;
  const verdicts = list([
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ]);
  const rows: (readonly [string, Statistics | undefined])[] = [
    ['ready', summary.readyMs],
    ...Object.entries(summary.phases),
    ['writable', summary.writableMs],
    ['outage', summary.outageMs],
  ];
  const lines = rows.flatMap(([what, figures]) =>
    figures
      ? [
          [
            `  ${clean(what)}`,
            ...[figures.min, figures.median, figures.p95, figures.max].map(seconds),
            ...(figures.count === runs ? [] : [`of ${count(figures.count, 'run')}`]),
          ],
        ]
      : [],
  );
  const right = (title: string) => ({ title, align: 'right' as const });
  return [
    style.strong(`${clean(name)}, ${count(runs, 'run')}: ${verdicts}`),
    ...(lines.length > 0
      ? table(
          [
            { title: '  seconds' },
            right('min'),
            right('median'),
            right('p95'),
            right('max'),
            { title: '' },
          ],
          lines,
        )
      : []),
    ...(acknowledged > 0 ? [`  ${acknowledged} writes acknowledged, ${lost} of them lost`] : []),
  ];
}

function whyFailed({ scenarios }: RunResult): string {
  return scenarios
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ name, reason, evidence }) =>
      clean(`${name}: ${reason ?? 'failed'}${evidence === null ? '' : ` (${evidence})`}`),
    )
    .join('; ');
}

function closing({ verdict, ms, runs }: VerifyResult, style: Style): string {
  const many = runs ? `, ${count(runs.length, 'run')}` : '';
  const text = `${MARKS[verdict]} ${verdict}`;
  return `${painted(text, verdict, style)}${many} in ${duration(ms)}`;
}

function same(text: string): string {
  return text;
}
