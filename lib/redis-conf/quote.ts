/**
 * A value as one argument of a line of redis.conf or sentinel.conf: as it is where it has nothing that a server
 * would split at or take for a quote.
 */
export function quoteArgument(value: string): string {
  if (/^[\p{L}\p{N}/._:@+~-]+$/u.test(value)) return value;
  // From U+0080 on, a character is several bytes in the file: none of them has a meaning there.
  return `"${value.replace(/["\\]|[^\P{Cc}\x80-\x9f]/gu, escaped)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  return ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
