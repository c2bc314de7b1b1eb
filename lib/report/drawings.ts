/** A result as drawings: for its page, and as files for slides. Pure. */
import { languagesOf } from '../render/languages.js';
import { say, textsOf } from '../render/texts.js';
import { DARK, LIGHT, type Pen, type ReportTexts } from './drawing/pen.js';
import { ON_SLIDE, svgFile } from './drawing/svg.js';
import { clean } from './layout.js';
import { drawnOf } from './sections/drawn.js';
import { SECTIONS } from './sections/sections.js';
import type { VerifyResult } from './types.generated.js';

/** How a document of a result is written. */
export interface ReportOptions {
  /** Language of its texts, `en` or `id`; default `en`. What came out of the run stays English. */
  readonly lang?: string;
}

/** How slides are drawn. */
export interface SlideOptions extends ReportOptions {
  /** On a light ground or a dark one; default `light`. */
  readonly scheme?: 'light' | 'dark';
}

export const DEFAULT_LANGUAGE = 'en';

/** Languages there are, English first. */
export function reportLanguages(): readonly string[] {
  return languagesOf('report');
}

/**
 * A result as SVG slides of 16 : 9, by name: `topology.svg`, and where the result has them `timeline.svg`, `close-up.svg`
 * (its short phases), `phases.svg` (beside what was predicted), `ledger.svg` and `outage.svg` (only with repeats). What one
 * slide has no room for goes on in `timeline-2.svg`. Where several scenarios are drawn, each has files of its own:
 * `failover-timeline.svg`. Each is complete in itself, with what its marks mean; exact values are in `data-` attributes. Pure:
 * the same result gives the same text.
 * @throws RedisLabError (2) for an unknown language
 */
export function reportDrawings(
  result: VerifyResult,
  { lang = DEFAULT_LANGUAGE, scheme = 'light' }: SlideOptions = {},
): Readonly<Record<string, string>> {
  const texts = textsOf('report', lang);
  const pen: Pen = { colours: scheme === 'dark' ? DARK : LIGHT, texts, ...ON_SLIDE };
  const files: Record<string, string> = {};
  for (const drawn of drawnOf(result)) {
    const run =
      result.shownRun === undefined ? '' : say(texts.shownRun.short, { run: result.shownRun });
    const scenario = drawn.prefix === '' ? '' : drawn.scenario?.name;
    const which = [scenario, run, subtitle(result, texts)];
    const under = clean(which.filter(Boolean).join(' · '));
    for (const { id, draw, slides } of SECTIONS) {
      const one = slides ? undefined : draw(drawn, pen);
      const drawings = slides?.(drawn, pen) ?? { [id]: one ? [one] : [] };
      for (const [name, several] of Object.entries(drawings)) {
        for (const [index, drawing] of several.entries()) {
          const file = `${drawn.prefix}${name}${index === 0 ? '' : `-${index + 1}`}.svg`;
          files[file] = svgFile(drawing, lang, under, pen);
        }
      }
    }
  }
  return files;
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
