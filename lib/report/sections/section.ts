/** A section of a report: what it draws, what it says beside that, and the tables behind it. */
import type { Drawing, Pen, ReportTexts } from '../drawing/pen.js';
import type { Language } from '../messages.js';
import type { ScenarioResult, VerifyResult } from '../types.generated.js';
import type { PageTable } from './tables.js';

/** What a section is drawn from. */
export interface Subject {
  readonly result: VerifyResult;
  /** Undefined where the result has none that could be drawn. */
  readonly scenario: ScenarioResult | undefined;
}

export interface SectionText {
  readonly heading: string;
  readonly caption: string;
  /** Sentences after the caption. */
  readonly remarks?: readonly string[];
  readonly tables: readonly PageTable[];
}

export interface Section {
  /** Its id in the page, and the name of its file. */
  readonly id: string;
  /** Undefined where the result has nothing of it: then the section is left out. */
  readonly draw: (subject: Subject, pen: Pen) => Drawing | undefined;
  /** For slides, by name, where one drawing would be too high. Default: `draw`. */
  readonly slides?: (subject: Subject, pen: Pen) => Readonly<Record<string, readonly Drawing[]>>;
  /** Asked only where something was drawn. */
  readonly text: (subject: Subject, texts: ReportTexts, language: Language) => SectionText;
}
