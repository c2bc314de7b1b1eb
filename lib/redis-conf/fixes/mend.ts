/** Of each rule whose mend is certain, how a line is mended. What a person may have meant otherwise is left to the person. */
import { distance } from 'fastest-levenshtein';
import { argumentAt } from '../arguments.js';
import { currentName, knownDirectives, signatureOf } from '../directives.js';
import type { Word } from '../parse.js';
import type { Conf } from '../rules/configuration.js';
import { bound, isAddress } from '../rules/endpoint.js';
import type { Line, Place, RuleCode, Target } from '../rules/finding.js';
import { plainTime } from './times.js';

/** What a mend is made from. */
export interface Flaw {
  readonly code: RuleCode;
  readonly place: Place;
  readonly line: Line;
  /** The line as it stands in the file. */
  readonly raw: string;
  readonly kind: Conf['kind'];
  readonly target: Target;
}

/** Columns are of `raw`, from 1 on. */
export interface LineEdit {
  readonly column: number;
  readonly length: number;
  readonly text: string;
}

type Mend = (flaw: Flaw) => LineEdit[] | undefined;

/** Edits of the line; undefined where none is certain. Whether a server takes the result is not looked at. */
export function mend(flaw: Flaw): LineEdit[] | undefined {
  return MENDS[flaw.code]?.(flaw);
}

/** Whether there is a mend for some of what a rule finds. */
export function isMendable(code: RuleCode): boolean {
  return MENDS[code] !== undefined;
}

const MENDS: Readonly<Partial<Record<RuleCode, Mend>>> = {
  'line.comment-behind': commentBehind,
  'line.other-comment': otherComment,
  'line.assigned': assigned,
  'line.bom': ({ raw }) => (raw.startsWith('\ufeff') ? [change(1, 1, '')] : undefined),
  'line.odd-blank': oddBlank,
  'line.curly-quotes': curlyQuotes,
  'value.curly-quotes': (flaw) => (isSecret(flaw.line) ? undefined : curlyQuotes(flaw)),
  'line.carriage-return': carriageReturn,
  'line.quotes': quotes,
  'directive.misspelt': misspelt,
  'sentinel.misspelt': misspelt,
  'directive.other-engine': otherEngine,
  'directive.unprefixed': ({ line, kind }) =>
    kind === 'sentinel' ? [change(line.column, 0, 'sentinel ')] : undefined,
  'arguments.many': sizeInTwo,
  'address.joined': joined,
  'value.flag': flag,
  'value.unit': unit,
  'bind.comma': commas,
  'sentinel.time-unit': unit,
  'sentinel.quorum-tail': tail,
  'sentinel.number-tail': tail,
  'unit.no-sentinel': noSentinel,
};

function change(column: number, length: number, text: string): LineEdit {
  return { column, length, text };
}

/** The argument at the place, where it stands there without quotes. */
function argument({ line, place, raw }: Flaw): (Word & { at: number }) | undefined {
  const at = line.args.findIndex(({ column }) => column === place.column);
  const word = line.args[at];
  const isBare = word && raw.slice(word.column - 1, word.end - 1) === word.text;
  return isBare ? { ...word, at } : undefined;
}

function replaced(word: Word, text: string): LineEdit[] {
  return [change(word.column, word.end - word.column, text)];
}

/** A password may have any character, and may be known elsewhere as it stands here. */
function isSecret({ name }: Line): boolean {
  return /pass|auth|user/.test(name);
}

function commentBehind(flaw: Flaw): LineEdit[] | undefined {
  const { line, raw, kind } = flaw;
  const first = argument(flaw);
  const last = line.args[(first?.at ?? 0) - 1];
  // An aclfile has no comments.
  if (!first || !last || (kind !== 'redis' && kind !== 'sentinel')) return undefined;
  if (isSecret(line) && first.text !== '#' && first.text !== '//') return undefined;
  const end = line.column + line.text.length;
  const comment = raw.slice(first.column - 1, end - 1).replace(/^\/\//, '#');
  const indent = raw.slice(0, line.column - 1);
  return [change(1, 0, `${indent}${comment}\n`), change(last.end, end - last.end, '')];
}

/** A comment of several lines would have directives in it, which nobody wants to be read. */
function otherComment({ line }: Flaw): LineEdit[] | undefined {
  const isWhole = /^(?:\/\/|;|\/\*.*\*\/$|<!--.*-->$)/.test(line.text);
  return isWhole ? [change(line.column, 0, '# ')] : undefined;
}

function assigned({ line }: Flaw): LineEdit[] | undefined {
  const [, name, sign, value = ''] =
    /^([a-z][a-z0-9_-]*)(\s*[=:]\s*)(\S.*)$/i.exec(line.text) ?? [];
  if (name === undefined || sign === undefined || /[;,]$/.test(value)) return undefined;
  return [change(line.column + name.length, sign.length, ' ')];
}

/** Inside quotes it may be meant. */
function oddBlank({ line }: Flaw): LineEdit[] | undefined {
  const outside = /^[^"']*/.exec(line.text)?.[0] ?? '';
  const plain = outside
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u200b\ufeff]/g, '');
  return plain === outside ? undefined : [change(line.column, outside.length, plain)];
}

/** Pairs around a word or a text. */
function curlyQuotes({ line }: Flaw): LineEdit[] | undefined {
  const plain = line.text
    .replace(/(^|\s)[\u201c-\u201f]([^\u2018-\u201f"'\\]*)[\u201c-\u201f](?=\s|$)/g, '$1"$2"')
    .replace(/(^|\s)[\u2018-\u201b]([^\u2018-\u201f"'\\]*)[\u2018-\u201b](?=\s|$)/g, "$1'$2'");
  if (/[\u2018-\u201f]/.test(plain)) return undefined;
  return [change(line.column, line.text.length, plain)];
}

/** Of files whose lines end with a carriage return alone. */
function carriageReturn({ line }: Flaw): LineEdit[] {
  return [...line.text.matchAll(/\r/g)].map(({ index }) => change(line.column + index, 1, '\n'));
}

/** One quote is missing, around a value without blanks. */
function quotes({ line, raw }: Flaw): LineEdit[] | undefined {
  const { text, column } = line;
  const [, closed = ''] = /^([^"']*"[^"'\\]*")#/.exec(text) ?? [];
  if (closed !== '') return [change(column + closed.length, 0, ' ')];
  const [, before = '', value = '', behind = ''] =
    /^([a-z][a-z0-9_ -]*\s)(["']?[^\s"'\\]+)(["']?)$/i.exec(text) ?? [];
  const opened = /^["']/.exec(value)?.[0];
  if (before === '' || /pass|auth|user/i.test(before)) return undefined;
  if (opened !== undefined && behind === '') return [change(column + text.length, 0, opened)];
  if (opened !== undefined || behind === '' || raw.includes('#')) return undefined;
  return [change(column + before.length, 0, behind)];
}

/** One letter too many, too few or another, and only one directive is that near. */
function misspelt(flaw: Flaw): LineEdit[] | undefined {
  const { line, place } = flaw;
  if (!isWritten(flaw) || line.name.length < LEAST_NAME) return undefined;
  const near = namesFor(flaw).filter(([written]) => distance(written, line.name) <= 2);
  const [best] = near;
  if (near.length !== 1 || !best || !isOneSlip(line.name, best[0])) return undefined;
  return [change(place.column, place.length, best[1])];
}

/** Whether the name stands there as it is, without quotes. */
function isWritten({ line, place, raw }: Flaw): boolean {
  const written = raw.slice(place.column - 1, place.column - 1 + place.length);
  return written.toLowerCase().replace(/\s+/g, ' ') === line.name;
}

/** Names as they may be written, and what they stand for: those of Sentinel also without that word. */
function namesFor({ kind, target: { engine, version } }: Flaw): [written: string, name: string][] {
  const both = (name: string): [string, string] => [name, name];
  const plain = knownDirectives(engine, version).map(both);
  if (kind !== 'sentinel') return plain;
  const own = knownDirectives(engine, version, 'sentinel');
  const bare = own.map((name): [string, string] => [name.replace('sentinel ', ''), name]);
  return [...plain, ...own.map(both), ...bare];
}

/** Shorter names are near to many. */
const LEAST_NAME = 6;

/** One letter differs, is missing or too many, or two have changed places. */
function isOneSlip(name: string, meant: string): boolean {
  if (distance(name, meant) === 1) return true;
  const at = [...name].findIndex((letter, index) => letter !== meant[index]);
  const swapped = `${name.slice(0, at)}${name[at + 1] ?? ''}${name[at] ?? ''}${name.slice(at + 2)}`;
  return swapped === meant;
}

/** Of what both engines have under two names, the one that both know. */
function otherEngine(flaw: Flaw): LineEdit[] | undefined {
  const { line, place } = flaw;
  const known = currentName(line.name);
  if (!isWritten(flaw) || known === line.name) return undefined;
  return [change(place.column, place.length, known)];
}

/** `2 gb`. */
function sizeInTwo({ line }: Flaw): LineEdit[] | undefined {
  const [number, name] = line.args;
  if (!number || !name || line.args.length !== 2) return undefined;
  if (!/^\d+$/.test(number.text) || !/^[kmg]b$/i.test(name.text)) return undefined;
  return [change(number.end, name.column - number.end, '')];
}

/** `10.0.0.1:6379`. Of an address with more colons nobody knows where the port begins. */
function joined(flaw: Flaw): LineEdit[] | undefined {
  const word = argument(flaw);
  if (!word || !/^[^:]+:\d+$/.test(word.text)) return undefined;
  return replaced(word, word.text.replace(':', ' '));
}

const YES = /^(?:on|true|enabled?|y|1)$/i;
const NO = /^(?:off|false|disabled?|n|0)$/i;

function flag(flaw: Flaw): LineEdit[] | undefined {
  const word = argument(flaw);
  if (!word || !(YES.test(word.text) || NO.test(word.text))) return undefined;
  return replaced(word, YES.test(word.text) ? 'yes' : 'no');
}

/** Times of Sentinel that are no mistake by themselves, milliseconds. */
const USUAL_MS = { least: 1_000, most: 300_000 };

function unit(flaw: Flaw): LineEdit[] | undefined {
  const { line, target } = flaw;
  const word = argument(flaw);
  const signature = signatureOf(target.engine, target.version, line.name);
  const takes = word && signature && argumentAt(signature, word.at);
  if (!word || !takes || (takes.unit !== 'ms' && takes.unit !== 's')) return undefined;
  const isCut = takes.kind === 'atoi';
  const number = plainTime(word.text, takes.unit, isCut);
  if (number === undefined) return undefined;
  // Whether a second is too short, or an hour too long, is a question for the person.
  if (isCut && (number < USUAL_MS.least || number > USUAL_MS.most)) return undefined;
  return replaced(word, String(number));
}

/** Each part must be an address, and there must be nothing else. */
function commas(flaw: Flaw): LineEdit[] | undefined {
  const word = argument(flaw);
  const parts = word?.text.split(',').filter((part) => part !== '') ?? [];
  if (!word || parts.length === 0 || !parts.every((part) => isAddress(bound(part)))) return;
  return replaced(word, parts.join(' '));
}

/** `2;` */
function tail(flaw: Flaw): LineEdit[] | undefined {
  const word = argument(flaw);
  const digits = /^(\d+)[;,.]$/.exec(word?.text ?? '')?.[1];
  return word && digits !== undefined ? replaced(word, digits) : undefined;
}

function noSentinel({ place, raw }: Flaw): LineEdit[] | undefined {
  const end = place.column - 1 + place.length;
  const command = raw.slice(place.column - 1, end);
  return /["'\\;|&]/.test(command) ? undefined : [change(end + 1, 0, ' --sentinel')];
}
