import { clean } from './layout.js';
import type { Told } from './messages.js';

/** What somebody else wrote may be in any part of it. Neighbours in one language become one part. */
export function cleaned(parts: readonly Told[]): readonly Told[] {
  const merged: Told[] = [];
  for (const { text, english } of parts) {
    const last = merged.at(-1);
    if (last?.english === english) merged[merged.length - 1] = { text: last.text + text, english };
    else if (text !== '') merged.push({ text, english });
  }
  return merged.map(({ text, english }) => ({ text: clean(text), english }));
}
