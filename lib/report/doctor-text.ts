/** What `doctor` found, for people: what is bad first, what is good last and short. */
import { say } from '../render/texts.js';
import { clean, item, largest } from './layout.js';
import { counted, type Speech, speechIn } from './speech.js';
import { PLAIN, type Style } from './style.js';
import type { CheckReport, CheckState, DoctorReport } from './types.generated.js';

const ORDER: readonly CheckState[] = ['bad', 'poor', 'good'];

/** Where the text of a check begins: two blanks after the longest word for a state, which a colour only repeats. */
function leadWidth({ t }: Speech): number {
  return largest(Object.values(t.doctor.states).map(({ length }) => length)) + 2;
}

/** Lines joined by newlines, none at the end. */
export function doctorReport(
  report: DoctorReport,
  style: Style = PLAIN,
  speech: Speech = speechIn(),
): string {
  const blocks = ORDER.flatMap((state) => {
    const checks = report.checks.filter((check) => check.state === state).sort(nearer(report));
    if (checks.length === 0) return [];
    const texts = checks.map((check) => lines(check, style, speech).join('\n'));
    return [texts.join(state === 'good' ? '\n' : '\n\n')];
  });
  return [...blocks, conclusion(report, style, speech)].join('\n\n');
}

/** What stands in the way of the backend in question comes before what stands in that of others. */
function nearer({ backend }: DoctorReport): (a: CheckReport, b: CheckReport) => number {
  const far = ({ about }: CheckReport) => (backend === null || about.includes(backend) ? 0 : 1);
  return (a, b) => far(a) - far(b);
}

function lines(check: CheckReport, style: Style, speech: Speech): string[] {
  const { t } = speech;
  const indent = ' '.repeat(leadWidth(speech));
  const { name, about, state, seen, why, fix, remedy } = check;
  const paint = { bad: style.bad, poor: style.strong, good: style.good }[state];
  const lead = t.doctor.states[state].padEnd(indent.length);
  const title = `${clean(name)} (${about.map(clean).join(', ')}): ${clean(seen)}`;
  const [first = '', ...rest] = item(lead, title, style.width);
  const head = [paint(lead) + first.slice(lead.length), ...rest];
  if (state === 'good') return head;
  return [
    ...head,
    ...item(indent, clean(why), style.width).map(style.faint),
    ...(fix === null ? [] : fixLines(fix, indent, style)),
    ...(remedy === null
      ? []
      : item(`${indent}→ `, say(t.doctor.canFix, { remedy: clean(remedy) }), style.width)),
  ];
}

/** What leads on stands out, and its commands stay whole: they are there to be copied. */
function fixLines(fix: string, indent: string, { width }: Style): string[] {
  const [first = '', ...rest] = fix.split('\n');
  const inside = `${indent}  `;
  return [
    ...item(`${indent}→ `, clean(first), width),
    ...rest.flatMap((line) =>
      line.startsWith('  ') ? inside + clean(line) : item(inside, clean(line), width),
    ),
  ];
}

function conclusion({ backend, why, checks }: DoctorReport, style: Style, { t }: Speech): string {
  const counts = ORDER.map((state) => checks.filter((check) => check.state === state).length);
  const [bad = 0, poor = 0, good = 0] = counts;
  const chosen = `${backend === null ? 'Backend' : `Backend ${backend}`}: ${clean(why)}`;
  const found = counted(t.count.checks, checks.length);
  return [
    ...item('', say(t.doctor.counts, { checks: found, bad, poor, good }), style.width),
    ...item('', chosen, style.width).map(style.strong),
  ].join('\n');
}
