/** What `check --fix` changes, for a reader. Pure. */
import { visible } from '../errors.js';
import { diffLines } from '../redis-conf/fixes/diff.js';
import type { Cell } from '../redis-conf/fixes/edit.js';
import { withoutAnySecrets } from './conf-secrets.js';
import type { Style } from './style.js';

/** A unified diff of one file. Passwords are hidden, so that it is to be read, not applied. */
export function diffText(file: string, cells: readonly Cell[], style: Style): string {
  const paints = { '@': style.faint, '-': style.bad, '+': style.good, ' ': (text: string) => text };
  const lines = diffLines(cells).map(({ sign, text }) => {
    const shown = visible(sign === '@' ? text : sign + withoutAnySecrets(text.replace(/\r$/, '')));
    return paints[sign](shown);
  });
  const name = visible(file);
  return [style.strong(`--- ${name}`), style.strong(`+++ ${name}`), ...lines].join('\n');
}
