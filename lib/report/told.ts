import { clean } from './layout.js';
import type { Told } from './messages.js';

/** What somebody else wrote may be in any part of it. */
export function cleaned(parts: readonly Told[]): readonly Told[] {
  return parts
    .filter(({ text }) => text !== '')
    .map(({ text, english }) => ({ text: clean(text), english }));
}
