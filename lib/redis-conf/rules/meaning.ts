/** What a server takes, and reads as something else. */
import { argumentAt, numberOf } from '../arguments.js';
import { currentName, signatureOf } from '../directives.js';
import { lowerCase } from '../parse.js';
import type { Conf } from './configuration.js';
import { type Context, judged, short } from './context.js';
import { type Line, placeOf, placeOfArgument } from './finding.js';
import { isRefusedBy } from './refused.js';

export function misread(conf: Conf, context: Context): void {
  if (conf.kind !== 'redis' && conf.kind !== 'sentinel') return;
  for (const line of judged(conf.lines)) {
    if (line.error || isRefused(conf, line, context)) continue;
    numbers(conf, line, context);
    sizes(conf, line, context);
    quotes(conf, line, context);
  }
  twice(conf, context);
}

/** What is fatal has been said. */
export function isRefused(conf: Conf, line: Line, { targets }: Context): boolean {
  return targets.some((target) => isRefusedBy(conf, line, target));
}

/** `5s` is 5, `$PORT` is 0. */
function numbers(conf: Conf, line: Line, { targets, findings }: Context): void {
  const [target] = targets;
  const signature = target && signatureOf(target.engine, target.version, line.name);
  if (!signature) return;
  for (const [at, { text }] of line.args.entries()) {
    const argument = argumentAt(signature, at);
    if (argument?.kind !== 'atoi' || /^\s*[+-]?\d+$/.test(text)) continue;
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
  const name = currentName(line.name);
  for (const [at, { text }] of line.args.entries()) {
    if (!SIZED.has(name)) return;
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
function twice(conf: Conf, { targets, findings }: Context): void {
  const [target] = targets;
  if (!target) return;
  const before = new Map<string, Line>();
  for (const line of judged(conf.lines)) {
    if (line.error) continue;
    const name = currentName(line.name);
    const signature = signatureOf(target.engine, target.version, line.name);
    if (!signature) continue;
    const own = line.name.startsWith('sentinel ') && signature.addsUp;
    if ((signature.addsUp && !own) || IN_ANY_NUMBER.test(name)) continue;
    const key = `${name} ${own ? line.args[0]?.text : ''}`;
    const earlier = before.get(key);
    before.set(key, line);
    if (!earlier || earlier.file !== line.file || sameValues(earlier, line)) continue;
    const values = { name: line.name, line: line.line };
    findings.add('line.twice', conf, placeOf(earlier), { values, reads: secretless(line) });
  }
}

const IN_ANY_NUMBER =
  /^sentinel (?:known-|rename-command|monitor)|^(?:include|loadmodule|user|rename-command|save)$/;

function sameValues(one: Line, other: Line): boolean {
  const values = ({ args }: Line) => args.map(({ text }) => lowerCase(text)).join('\0');
  return values(one) === values(other);
}

/** What is printed of a line that may have a password. */
function secretless(line: Line): string {
  return /pass|auth|user/.test(line.name) ? `line ${line.line}` : short(line.text);
}
