/** What a directive takes: the notation of `directives.txt`, and whether values are that. */
import { lowerCase, splitArguments } from './parse.js';

/** One argument. `least` and `most` are of those that are numbers. */
export interface Argument {
  /**
   * - `int`, `uint`, `long`: digits, without a `0` or `+` in front; `strtol` may have them
   * - `atoi`: the server takes the number that it begins with: `5s` is 5
   * - `size`: bytes, with or without a unit (`k` is 1000, `kb` 1024); `share` may be a percentage as well
   * - `id`: forty characters
   * - `letters`: each of them one of `choices`, or none at all
   * - `title`: a text with something in it, and in braces only what a server can fill in
   * - others: any text, or one of `choices`, in any case
   */
  readonly kind: Numeric | 'choice' | 'letters' | 'percentile' | 'title' | Text;
  readonly choices?: readonly string[];
  readonly least?: bigint;
  readonly most?: bigint;
  readonly unit?: 'us' | 'ms' | 's';
}

type Numeric = 'int' | 'uint' | 'long' | 'octal' | 'port' | 'strtol' | 'atoi' | 'size' | 'share';
type Text = 'address' | 'id' | 'name' | 'path' | 'secret' | 'text';

/** What stands after the name of a directive. */
export interface Signature {
  /** Whether each line adds to the ones before it; else the last one counts. */
  readonly addsUp: boolean;
  readonly once: readonly Argument[];
  readonly optional: readonly Argument[];
  /** Any number of times, in this order. */
  readonly repeated: readonly Argument[];
  /** Whether `""` alone means none. */
  readonly orNone: boolean;
  /** Places of those of which the server takes the number that they begin with, from 0 on. */
  readonly cuts: readonly number[];
}

const MOST: Readonly<Record<Numeric, bigint>> = {
  int: 2n ** 31n - 1n,
  uint: 2n ** 32n - 1n,
  long: 2n ** 63n - 1n,
  octal: 0o777n,
  port: 65535n,
  strtol: 2n ** 63n - 1n,
  atoi: 2n ** 31n - 1n,
  size: 2n ** 63n - 1n,
  share: 2n ** 63n - 1n,
};

/**
 * `int:s(1..60) [id]` or `"" {a|b size}...`: arguments with unit and range (default: from 0 to the largest of the kind);
 * in brackets an optional one, in braces what is repeated, with `""` in front what may be empty.
 */
export function readSignature(notation: string): Signature {
  const parts = notation.replace(/^\+ /, '').match(/\{[^}]*\}\.\.\.|\S+/g) ?? [];
  const read = (fits: (part: string) => boolean) =>
    parts.filter(fits).flatMap((part) => part.replace(/^[{[]|\]$|\}\.\.\.$/g, '').split(' '));
  const isRepeated = (part: string) => part.endsWith('...');
  const isOptional = (part: string) => part.startsWith('[');
  const once = read((part) => part !== '""' && !isRepeated(part) && !isOptional(part)).map(
    readArgument,
  );
  return {
    once,
    optional: read(isOptional).map(readArgument),
    repeated: read(isRepeated).map(readArgument),
    addsUp: notation.startsWith('+ '),
    orNone: parts[0] === '""',
    cuts: once.flatMap(({ kind }, at) => (kind === 'atoi' ? [at] : [])),
  };
}

function readArgument(notation: string): Argument {
  const [, base = '', unit, least, most] =
    /^([a-z]+)(?::(us|ms|s))?(?:\((-?\d*)\.\.(\d*)\))?$/.exec(notation) ?? [];
  const [, letters] = /^letters\((.+)\)$/.exec(notation) ?? [];
  if (letters) return { kind: 'letters', choices: [...letters] };
  if (notation === 'flag') return { kind: 'choice', choices: ['yes', 'no'] };
  if (base === '') return { kind: 'choice', choices: notation.split('|') };
  if (!Object.hasOwn(MOST, base)) return { kind: base as 'percentile' | 'title' | Text };
  const kind = base as Numeric;
  return {
    kind,
    least: least === '' ? -MOST[kind] - 1n : BigInt(least ?? 0),
    most: most ? BigInt(most) : MOST[kind],
    ...(unit && { unit: unit as 's' }),
  };
}

/** Whether a server takes these values for the arguments; texts must only be present. */
export function accepts(signature: Signature, values: readonly string[]): boolean {
  return misfit(signature, values) === undefined;
}

/** Why a server refuses values: there are too few or too many, or it does not take the one at `at` (from 0 on). */
export type Misfit =
  | { readonly what: 'few' | 'many'; readonly at: number }
  | { readonly what: 'value'; readonly at: number; readonly argument: Argument };

/** The first value that a server does not take; undefined where it takes them all. */
export function misfit(signature: Signature, values: readonly string[]): Misfit | undefined {
  const [first = ''] = values;
  if (values.length !== 1 || signature.repeated.length === 0) return match(signature, values);
  // Where any number may stand, one argument is split once more: "normal 0 0 0".
  const all = first === '' ? values : (splitArguments(first) ?? values);
  const found = match(signature, all);
  return found && { ...found, at: Math.min(found.at, values.length) };
}

function match(signature: Signature, values: readonly string[]): Misfit | undefined {
  const { once, optional, repeated, orNone } = signature;
  if (orNone && values.length === 1 && values[0] === '') return undefined;
  const more = values.length - once.length;
  if (more < 0) return { what: 'few', at: values.length };
  if (repeated.length === 0 && more > optional.length) {
    return { what: 'many', at: once.length + optional.length };
  }
  if (repeated.length > 0 && more % repeated.length > 0) return { what: 'few', at: values.length };
  const at = values.findIndex((value, place) => {
    const argument = argumentAt(signature, place);
    return argument !== undefined && !isValue(argument, value);
  });
  const argument = at < 0 ? undefined : argumentAt(signature, at);
  return argument && { what: 'value', at, argument };
}

/** What stands in a place, from 0 on; undefined where nothing may. */
export function argumentAt(
  { once, optional, repeated }: Signature,
  at: number,
): Argument | undefined {
  const rest = repeated.length > 0 ? repeated : optional;
  return once[at] ?? (rest.length > 0 ? rest[(at - once.length) % rest.length] : undefined);
}

const UNITS: Readonly<Record<string, bigint>> = {
  b: 1n,
  k: 1000n,
  kb: 1n << 10n,
  m: 1_000_000n,
  mb: 1n << 20n,
  g: 1_000_000_000n,
  gb: 1n << 30n,
};

/** `{{` is a brace. */
const TITLE =
  /^(?:[^{]|\{\{|\{(?:title|listen-addr|server-mode|port|tls-port|unixsocket|config-file)\})*$/;

function isValue(argument: Argument, value: string): boolean {
  const { kind, choices, least, most } = argument;
  if (kind === 'letters') return [...value].every((each) => choices?.includes(each));
  if (choices) return choices.includes(lowerCase(value));
  if (kind === 'title') return value.trim() !== '' && TITLE.test(value);
  if (kind === 'id') return value.length === 40;
  if (kind === 'percentile') return /^\d/.test(value) && Number(value) <= 100;
  if (least === undefined || most === undefined) return true;
  // Of a few digits, no larger kind of number is needed.
  if (kind !== 'octal' && /^(?:0|[1-9]\d{0,8})$/.test(value))
    return Number(value) >= least && Number(value) <= most;
  const number = numberOf(kind, value);
  return number !== undefined && number >= least && number <= most;
}

/** The number that a server reads; undefined where it reads none. */
export function numberOf(kind: Argument['kind'], value: string): bigint | undefined {
  if (kind === 'share' && /^(?:0|[1-9]\d?|100)%$/.test(value)) return 0n;
  if (kind === 'size' || kind === 'share') {
    const [, digits, unit = 'b'] = /^(\d*)([kmg]?b|[kmg])?$/i.exec(value) ?? [];
    return digits === undefined ? undefined : BigInt(digits) * (UNITS[lowerCase(unit)] ?? 1n);
  }
  if (kind === 'atoi') return BigInt(/^\s*[+-]?\d+/.exec(value)?.[0] ?? 0);
  if (kind === 'strtol') return /^\s*[+-]?\d+$/.test(value) ? BigInt(value) : undefined;
  if (kind === 'octal') return /^[0-7]+$/.test(value) ? BigInt(`0o${value}`) : undefined;
  return /^(?:0|-?[1-9]\d*)$/.test(value) ? BigInt(value) : undefined;
}

/** As a usage line says it: `SIZE`, `yes|no`, `SECONDS(1..)`. */
export function synopsis({ once, optional, repeated }: Signature): string {
  const told = (each: readonly Argument[]) => each.map(tell).join(' ');
  return [
    ...(once.length > 0 ? [told(once)] : []),
    ...(optional.length > 0 ? [`[${told(optional)}]`] : []),
    ...(repeated.length > 0 ? [`${told(repeated)} …`] : []),
  ].join(' ');
}

const TOLD = { us: 'MICROSECONDS', ms: 'MILLISECONDS', s: 'SECONDS', share: 'SIZE|PERCENT%' };

function tell({ kind, choices, least, most, unit }: Argument): string {
  if (kind === 'letters') return `LETTERS(${choices?.join('')})`;
  if (choices) return choices.join('|');
  if (kind === 'share') return TOLD.share;
  if (least === undefined || most === undefined) return kind.toUpperCase();
  if (least === 0n && most === MOST.port) return 'PORT';
  const word = unit ? TOLD[unit] : kind === 'size' ? 'SIZE' : 'NUMBER';
  const [from, to] = [least < -(2n ** 30n) ? '' : least, most < MOST.int ? most : ''];
  return from === 0n && to === '' ? word : `${word}(${from}..${to})`;
}
