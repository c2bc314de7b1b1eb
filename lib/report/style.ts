/** How parts of a report stand out. Text in, text out, of the same visible width. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

const same = (text: string): string => text;

/** Nothing stands out: for files, pipes and tests. */
export const PLAIN: Style = { good: same, bad: same, faint: same, strong: same };
