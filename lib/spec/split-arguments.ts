/** What may stand between arguments (`isspace`), and what ends one that has no quotes. */
const BLANK = /[ \t\n\v\f\r]/;
const END = /[ \t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/**
 * A line as Redis splits it (`sdssplitargs`): blanks separate; double quotes group and know
 * escapes, single quotes group and know only `\'`; a closing quote ends the argument, so only a blank
 * or the end may follow. Undefined where Redis would call it unbalanced, and
 * with a NUL: the server takes what follows in the file for the rest of that line.
 */
export function splitArguments(line: string): string[] | undefined {
  if (line.includes('\0')) return undefined;
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(line[at])) at++;
    if (at >= line.length) return words;
    const word = wordAt(line, at);
    if (!word) return undefined;
    words.push(word.text);
    at = word.end;
  }
}

function wordAt(line: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  let at = start;
  while (at < line.length && !END.test(line[at] as string)) {
    const char = line[at] as string;
    if (char !== '"' && char !== "'") {
      text += char;
      at++;
      continue;
    }
    const quoted = char === '"' ? doubleQuoted(line, at + 1) : singleQuoted(line, at + 1);
    if (!quoted || (quoted.end < line.length && !isBlank(line[quoted.end]))) return undefined;
    return { text: text + quoted.text, end: quoted.end };
  }
  return { text, end: at };
}

function doubleQuoted(line: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string;
    if (char === '"') return { text, end: at + 1 };
    const hex = /^\\x([0-9a-fA-F]{2})$/.exec(line.slice(at, at + 4))?.[1];
    if (hex !== undefined) {
      text += String.fromCharCode(Number.parseInt(hex, 16));
      at += 3;
    } else if (char === '\\' && at + 1 < line.length) {
      at++;
      text += ESCAPES[line[at] as string] ?? line[at];
    } else {
      text += char;
    }
  }
  return undefined;
}

function singleQuoted(line: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] === "'") return { text, end: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at++;
    text += line[at];
  }
  return undefined;
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && BLANK.test(char);
}
