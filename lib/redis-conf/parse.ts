/** The one reader of redis.conf and sentinel.conf. Pure; no text makes it throw. */
import { quoteArgument } from './quote.js';

/** One argument, with its quotes and escapes resolved. */
export interface Word {
  readonly text: string;
  /** Where it begins in its line, and where what follows it begins; both from 1 on, quotes included. */
  readonly column: number;
  readonly end: number;
}

/** A line that a server acts on: comments and empty lines are left out. */
export interface ConfLine {
  /** From 1 on, as are columns. */
  readonly line: number;
  readonly column: number;
  /** The line without the blanks around it. */
  readonly text: string;
  /** In lower case; of Sentinel's own directives both words: `sentinel monitor`. Empty where the line can't be split. */
  readonly name: string;
  /** What follows the name. */
  readonly args: readonly Word[];
  readonly error?: LineError;
}

/**
 * Why a server reads a line differently from how it looks.
 *
 * - `quotes`: one is not closed, or the closing one is followed by more than a blank; fatal
 * - `nul`: the server drops the rest of the line, and takes the next line for the end of this one
 * - `byte-order-mark`: belongs to the first word, for the server; fatal. It is left out of `name`
 */
export interface LineError {
  readonly code: 'quotes' | 'nul' | 'byte-order-mark';
  readonly column: number;
}

/** A byte order mark, decoded or with one character a byte. */
const BYTE_ORDER_MARK = /^(?:\ufeff|\u00ef\u00bb\u00bf)/;

/**
 * Every line as Redis reads it. `text` is what the file says, decoded or with one character a byte: an escaped
 * byte (`\xc3`) gives the character of that number. Old names stay as they are: see `currentName`.
 */
export function parseConf(text: string): ConfLine[] {
  const mark = BYTE_ORDER_MARK.exec(text)?.[0].length ?? 0;
  const lines: ConfLine[] = [];
  let number = 0;
  for (const whole of text.split('\n')) {
    const error = number++ === 0 && mark > 0 ? MARKED : undefined;
    // The server takes these blanks off a line.
    const start = error || isTrimmed(whole, 0) ? endOf(TRIMMED, whole, error ? mark : 0) : 0;
    let end = whole.length;
    while (end > start && isTrimmed(whole, end - 1)) end--;
    if (end === start && !error) continue;
    const text = end - start === whole.length ? whole : whole.slice(start, end);
    const add = (name: string, args: readonly Word[], why = error) => {
      const line = { line: number, column: start + 1, text, name, args };
      lines.push(why ? { ...line, error: why } : line);
    };
    // Where a NUL stands, a comment does not end with its line.
    if (text === '' || (text.startsWith('#') && !text.includes('\0'))) {
      if (error) add('', []);
      continue;
    }
    const split = splitLine(text, start + 1);
    if ('error' in split) add('', [], split.error);
    // Empty where there is nothing but blanks that the server does not trim.
    else if (split.words.length > 0) {
      const { name, args } = named(split.words);
      add(name, args);
    }
  }
  return lines;
}

/** The arguments of one line, the name among them; undefined where Redis could not split it, or would read on behind it. */
export function splitArguments(line: string): string[] | undefined {
  const split = splitLine(line, 1);
  return 'error' in split ? undefined : split.words.map(({ text }) => text);
}

/** In ASCII only, as servers do: `toLowerCase` takes other letters for ASCII ones. */
export function lowerCase(text: string): string {
  return UPPER.test(text) ? lowered(text) : text;
}

const UPPER = /[A-Z]/;

function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function named(words: readonly Word[]): Pick<ConfLine, 'name' | 'args'> {
  const name = lowerCase(words[0]?.text ?? '');
  // In quotes: no name has a blank, and two words are not one.
  if (BLANK.test(name)) return { name: quoteArgument(name), args: words.slice(1) };
  const second = words[1];
  if (name !== 'sentinel' || !second) return { name, args: words.slice(1) };
  return { name: `${name} ${lowerCase(second.text)}`, args: words.slice(2) };
}

const MARKED: LineError = { code: 'byte-order-mark', column: 1 };
const TRIMMED = /[ \t\r]*/y;

/** Space, tab, carriage return. */
function isTrimmed(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 32 || code === 9 || code === 13;
}

/** What may stand between arguments (`isspace`); of these, `\v` and `\f` don't end one that has no quotes. */
const BLANK = /[ \t\n\v\f\r]/;
const BLANKS = /[ \t\n\v\f\r]*/y;
const BARE = /[^ \t\n\r"']*/y;
const ESCAPED = /\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/**
 * A line that begins at `column`, as Redis splits it (`sdssplitargs`): blanks separate; double quotes group and know
 * escapes, single quotes group and know only `\'`; a closing quote ends the argument, so only a blank or the end may
 * follow.
 */
function splitLine(line: string, column: number): { words: Word[] } | { error: LineError } {
  if (PLAIN.test(line)) return { words: plainWords(line, column) };
  const errorAt = (code: LineError['code'], at: number) => ({
    error: { code, column: column + at },
  });
  const nul = line.indexOf('\0');
  if (nul >= 0) return errorAt('nul', nul);
  const words: Word[] = [];
  for (let at = 0; ; ) {
    at = endOf(BLANKS, line, at);
    if (at === line.length) return { words };
    const start = at;
    at = endOf(BARE, line, at);
    let text = line.slice(start, at);
    const quote = line[at];
    if (quote === '"' || quote === "'") {
      const end = closing(line, quote, at + 1);
      if (end === undefined) return errorAt('quotes', at);
      const inside = line.slice(at + 1, end);
      text += quote === '"' ? unescaped(inside) : inside.replaceAll("\\'", "'");
      at = end + 1;
      if (at < line.length && !BLANK.test(line[at] as string)) return errorAt('quotes', end);
    }
    words.push({ text, column: column + start, end: column + at });
  }
}

/** Words with one blank between them, as nearly all lines are. */
const PLAIN = /^[!#-&(-\uffff]+(?: [!#-&(-\uffff]+)*$/;

function plainWords(line: string, column: number): Word[] {
  let at = column;
  return line.split(' ').map((text) => {
    const word = { text, column: at, end: at + text.length };
    at = word.end + 1;
    return word;
  });
}

/** Where what fits a sticky pattern from a place on ends; all of them fit nothing, too. */
function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(line);
  return pattern.lastIndex;
}

/** Where the quote is that ends what began before `from`. */
function closing(line: string, quote: '"' | "'", from: number): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === quote) return at;
    if (line[at] === '\\' && (quote === '"' || line[at + 1] === "'")) at++;
  }
  return undefined;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_, hex?: string, char = '') =>
    hex === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
