/** A word that a POSIX shell reads back as it is. */
export function shellQuote(value: string | number | boolean): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  return `'${text.replaceAll("'", "'\\''")}'`;
}
