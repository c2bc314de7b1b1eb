import type { Speech } from './speech.js';
import type { Verdict } from './types.generated.js';

/** How parts of a report stand out, text in, text out, of the same visible width; and how wide it is. */
export interface Style {
  /** Columns of the terminal. Without one, texts have the usual width, and each row of a table is one line. */
  readonly width?: number | undefined;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** For what does not stand out. */
export const same = (text: string): string => text;

/** Without colours: for files, pipes and tests. */
export const PLAIN: Style = { good: same, bad: same, faint: same, strong: same };

/** How something is told: in which language, and how it stands out. */
export interface Telling extends Speech {
  readonly style: Style;
}

export const MARKS: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', skipped: '–' };

export function painted(text: string, verdict: Verdict, style: Style): string {
  return { passed: style.good, failed: style.bad, skipped: style.faint }[verdict](text);
}
