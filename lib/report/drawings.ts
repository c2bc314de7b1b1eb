/** A result as drawings: for its page, and as files for slides. Pure. */
import { languagesOf } from '../render/languages.js';
import { say, textsOf } from '../render/texts.js';
import { ledgerDrawing } from './drawing/ledger.js';
import { outageDrawing } from './drawing/outage.js';
import { type Drawing, LIGHT, type Pen, type ReportTexts } from './drawing/pen.js';
import { phasesDrawing } from './drawing/phases.js';
import { svgFile } from './drawing/svg.js';
import { timelineSlides } from './drawing/timeline/timeline.js';
import { topologyDrawing } from './drawing/topology.js';
import { clean } from './layout.js';
import type { ScenarioResult, VerifyResult } from './result.js';

/** How a document of a result is written. */
export interface ReportOptions {
  /** Language of its texts, `en` or `id`; default `en`. What came out of the run stays English. */
  readonly lang?: string;
}

export const DEFAULT_LANGUAGE = 'en';

/** Languages there are, English first. */
export function reportLanguages(): readonly string[] {
  return languagesOf('report');
}

/** The one that is drawn: the first that had a fault. */
export function drawnScenario({ scenarios }: VerifyResult): ScenarioResult | undefined {
  return scenarios.find(({ phases }) => phases.length > 0);
}

const SLIDE_WIDTH = 920;

/**
 * A result as SVG files for slides, by name: `topology.svg`, and where the result has them `timeline.svg`,
 * `close-up.svg` (its short phases), `phases.svg` (beside what was predicted), `ledger.svg` and `outage.svg` (only with repeats). Each is complete in itself, on a light ground; exact values
 * are in `data-` attributes. Pure: the same result gives the same text.
 * @throws RedisLabError (2) for a language that there is not
 */
export function reportDrawings(
  result: VerifyResult,
  { lang = DEFAULT_LANGUAGE }: ReportOptions = {},
): Readonly<Record<string, string>> {
  const texts = textsOf('report', lang);
  const pen: Pen = { colours: LIGHT, texts, width: SLIDE_WIDTH };
  const scenario = drawnScenario(result);
  const timeline = scenario && timelineSlides(scenario, result.lab.nodes, pen);
  const drawings: Readonly<Record<string, Drawing | undefined>> = {
    'topology.svg': topologyDrawing(result, scenario, pen),
    'timeline.svg': timeline?.whole,
    'close-up.svg': timeline?.closeUp,
    'phases.svg': scenario && phasesDrawing(scenario, pen),
    'ledger.svg': scenario && ledgerDrawing(scenario, pen),
    'outage.svg': outages(result, scenario, pen),
  };
  const files: Record<string, string> = {};
  for (const [name, drawing] of Object.entries(drawings)) {
    if (drawing) files[name] = svgFile(drawing, lang, subtitle(result, texts));
  }
  return files;
}

function outages(
  { runs, summary }: VerifyResult,
  scenario: ScenarioResult | undefined,
  pen: Pen,
): Drawing | undefined {
  const figures = summary?.find(({ name }) => name === scenario?.name);
  return runs && figures && outageDrawing(runs, figures, pen);
}

/** Which lab it was, in a line. */
export function subtitle({ lab, backend, startedAt }: VerifyResult, texts: ReportTexts): string {
  const { engine, version } = lab.server;
  return clean(
    [
      lab.name,
      `${engine} ${version}`,
      backend,
      say(texts.timeline.measure, {
        name: texts.particulars.downAfter,
        time: say(texts.seconds, { value: exactSeconds(texts, lab.sentinel.downAfterMs) }),
      }),
      moment(startedAt),
    ].join(' · '),
  );
}

/** `2026-01-31 12:34 UTC`; a text of another form as it is. */
export function moment(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, '$1 $2 UTC');
}

/** A setting in seconds with as many digits as it has. */
export function exactSeconds(texts: ReportTexts, ms: number): string {
  return String(ms / 1000).replace('.', texts.decimal);
}
