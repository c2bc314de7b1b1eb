/** What a check found, for a terminal. Pure. */
import { visible } from '../errors.js';
import { say } from '../render/say.js';
import { type CheckWords, checkWords } from './check-words.js';
import { withoutSecrets } from './conf-secrets.js';
import type { Style } from './style.js';
import type { CheckResult, CheckTarget, Finding } from './types.generated.js';

type Says = CheckWords;

/** The lines of a file by its name, for what is shown of them. */
type Excerpts = (file: string) => readonly string[];

export function checkText(
  result: CheckResult,
  excerpts: Excerpts,
  style: Style,
  language = 'en',
): string {
  const t = checkWords(language);
  const nodes = [...new Set(result.findings.map(({ node }) => node))];
  const blocks = nodes.map((node) => {
    const own = result.findings.filter((each) => each.node === node);
    const title = style.strong(visible(node === '' ? t['no-node'] : node));
    return [title, ...own.map((each) => finding(each, excerpts, style, t))].join('\n\n');
  });
  const more = result.more.map(({ file, count }) => say(t.more, { file: visible(file), count }));
  return [...blocks, ...more, closing(result, style, t)].join('\n\n');
}

function finding(found: Finding, excerpts: Excerpts, style: Style, t: Says): string {
  const { severity, file, line, column, reads, targets, says, effect, fix, code } = found;
  const paint = severity === 'hint' ? style.faint : style.bad;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const only = targets?.map(targetName).join(', ');
  const { labels } = t;
  return [
    `  ${visible(place)}  ${paint(t.severity[severity])}  ${style.faint(code)}`,
    ...(line === 0 ? [] : excerpt(found, (excerpts(file)[line - 1] ?? '').replace(/\r$/, ''))),
    `    ${visible(says)}`,
    ...(reads === undefined ? [] : [`    ${labels.reads}: ${visible(reads)}`]),
    ...(only === undefined ? [] : [`    ${labels.only}: ${only}`]),
    `    ${labels.effect}: ${visible(effect)}`,
    `    ${labels.fix}: ${visible(fix)}`,
  ].join('\n');
}

const WIDTH = 100;

/** The line, with a marker under the place; of a long one, what is around it. */
function excerpt({ line, column, length, code }: Finding, whole: string): string[] {
  const hidden = withoutSecrets(whole, code, column, length);
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 4, hidden.length - WIDTH));
  const part = (start: number, end: number) =>
    visible(hidden.slice(start, end).replaceAll('\t', ' '));
  const [start, end] = [column - 1, Math.min(column - 1 + length, from + WIDTH)];
  const before = part(from, start);
  const marked = part(start, end);
  const number = `    ${line} | `;
  const dots = from > 0 ? '…' : '';
  return [
    `${number}${dots}${before}${marked}${part(end, from + WIDTH).trimEnd()}`,
    `${' '.repeat(number.length - 2)}| ${' '.repeat(dots.length + before.length)}${'^'.repeat(Math.max(1, marked.length))}`,
  ];
}

function closing({ findings, files, targets }: CheckResult, style: Style, t: Says): string {
  const count = files.length;
  const checked = say(t.checked, {
    files: count === 1 ? t['files-one'] : say(t['files-many'], { count }),
    targets: targets.map(targetName).join(` ${t.and} `),
  });
  const worse = findings.filter(({ severity }) => severity !== 'hint');
  const hints = findings.length - worse.length;
  const nothing = { 0: t.nothing, 1: t['hints-one'] }[hints];
  const good = nothing ?? say(t['hints-many'], { count: hints });
  if (worse.length === 0) return `${style.good(good)} ${checked}`;
  const severities = [...new Set(findings.map(({ severity }) => severity))];
  const counts = severities
    .map((each) => [each, findings.filter(({ severity }) => severity === each).length] as const)
    .map(([each, many]) => `${many} × ${t.severity[each]}`);
  return `${style.bad(counts.join(', '))}. ${checked}\n${style.faint(t.flags)}`;
}

function targetName({ engine, version }: CheckTarget): string {
  return `${engine === 'redis' ? 'Redis' : 'Valkey'} ${version}`;
}
