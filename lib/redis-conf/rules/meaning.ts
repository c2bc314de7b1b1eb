/** What a server takes, and reads as something else. */
import { numberOf } from '../arguments.js';
import { lowerCase, type Word } from '../parse.js';
import type { Conf } from './configuration.js';
import { type Context, short } from './context.js';
import { type Line, placeOf, placeOfArgument, textAt } from './finding.js';

/** Tells of a line of a server's file that no server refuses. */
export function misreadLine(conf: Conf, line: Line, context: Context): void {
  numbers(conf, line, context);
  if (SIZED.has(line.current)) sizes(conf, line, context);
  if (ODD.test(line.text)) quotes(conf, line, context);
}

/** `5s` is 5, `$PORT` is 0. */
function numbers(conf: Conf, line: Line, { signatures, findings }: Context): void {
  const signature = signatures(line.name)[0];
  if (!signature) return;
  for (const at of signature.cuts) {
    const text = textAt(line, at);
    const argument = signature.once[at];
    if (!argument || at >= line.args.length || /^\s*[+-]?\d+$/.test(text)) continue;
    const number = Number(numberOf('atoi', text) ?? 0);
    const place = placeOfArgument(line, at);
    const values = { name: line.name, value: short(text), number };
    if (argument.unit === 'ms') {
      findings.add('sentinel.time-unit', conf, place, { values, reads: `${number} ms` });
    } else if (line.name === 'sentinel monitor' && at === 3) {
      findings.add('sentinel.quorum-tail', conf, place, { values, reads: String(number) });
    } else if (number === 0 && /port|monitor/.test(line.name)) {
      findings.add('sentinel.port-word', conf, place, { values, reads: '0' });
    } else {
      findings.add('sentinel.number-tail', conf, place, { values, reads: String(number) });
    }
  }
}

const LEAST_MEMORY = 1_000_000n;

function sizes(conf: Conf, line: Line, { findings }: Context): void {
  const name = line.current;
  for (const [at, { text }] of line.args.entries()) {
    const [, digits, unit] = /^(\d+)([kmg])$/i.exec(text) ?? [];
    if (digits !== undefined && unit !== undefined) {
      const bytes = Number(numberOf('size', text));
      const values = { name: line.name, value: text, bytes, meant: `${text}b` };
      findings.add('size.decimal', conf, placeOfArgument(line, at), {
        values,
        reads: `${bytes} bytes`,
      });
    }
    const bytes = numberOf('size', text) ?? 0n;
    if (name === 'maxmemory' && bytes > 0n && bytes < LEAST_MEMORY) {
      const values = { value: text, bytes: Number(bytes) };
      findings.add('size.bytes', conf, placeOfArgument(line, at), {
        values,
        reads: `${bytes} bytes`,
      });
    }
  }
}

/** Those that people write in megabytes. */
const SIZED = new Set([
  ...['maxmemory', 'repl-backlog-size', 'auto-aof-rewrite-min-size', 'client-query-buffer-limit'],
  ...['proto-max-bulk-len', 'client-output-buffer-limit', 'maxmemory-clients'],
]);

/** Quotes and blanks of word processors. */
const ODD = /[\u00a0\u2000-\u200b\u3000\ufeff\u2018-\u201f]/;
const CURLY = /[\u2018-\u201f]/;

function quotes(conf: Conf, line: Line, { findings }: Context): void {
  for (const [at, { text }] of line.args.entries()) {
    const odd = CURLY.test(text) ? 'value.curly-quotes' : undefined;
    const blank = /[\u00a0\u2000-\u200b\u3000\ufeff]/.test(text) ? 'value.odd-blank' : undefined;
    const code = odd ?? blank;
    if (code) findings.add(code, conf, placeOfArgument(line, at), { values: { name: line.name } });
  }
}

/** Directives of which the last line counts, given twice in one file with two meanings. */
export function twice(conf: Conf, { signatures, findings }: Context): void {
  if (conf.kind !== 'redis' && conf.kind !== 'sentinel') return;
  // Of the branches of a template, only one is filled in.
  const branches = conf.template ? conf.lines.filter(({ text }) => BRANCH.test(text)) : [];
  const isBetween = ({ line }: Line, [from, to]: readonly [Line, Line]) =>
    line > from.line && line < to.line;
  for (const [name, lines] of conf.named) {
    if (lines.length < 2 || IN_ANY_NUMBER.test(name)) continue;
    const isOwn = name.startsWith('sentinel ');
    const takes = signatures(name)[0] ?? signatures(lines[0]?.name ?? '')[0];
    if (!takes || (takes.addsUp && !isOwn)) continue;
    const before = new Map<string, Line>();
    for (const line of lines) {
      if (line.error) continue;
      const key = takes.addsUp ? textAt(line, 0) : '';
      const earlier = before.get(key);
      before.set(key, line);
      if (!earlier || earlier.file !== line.file || sameValues(earlier, line)) continue;
      if (branches.some((each) => isBetween(each, [earlier, line]))) continue;
      const values = { name: line.name, line: line.line };
      findings.add('line.twice', conf, placeOf(earlier), { values, reads: secretless(line) });
    }
  }
}

/** `{% else %}`, `<% end %>`, `{{ else }}`, `{{/if}}`. */
const BRANCH = /\{%|<%|\{\{[-~]?\s*(?:[#/^]|if\b|else\b|end\b|range\b|with\b)/;

const IN_ANY_NUMBER =
  /^sentinel (?:known-|rename-command|monitor)|^(?:include|loadmodule|user|rename-command|save)$/;

function sameValues(one: Line, other: Line): boolean {
  const isSame = ({ text }: Word, at: number) =>
    text === textAt(other, at) || lowerCase(text) === lowerCase(textAt(other, at));
  return one.args.length === other.args.length && one.args.every(isSame);
}

/** What is printed of a line that may have a password. */
function secretless(line: Line): string {
  return /pass|auth|user/.test(line.name) ? `line ${line.line}` : short(line.text);
}
