/** A word that a POSIX shell reads back as it is. */
export function shellQuote(value: string | number | boolean): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : shellQuote(word);
}
