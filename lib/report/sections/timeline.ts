/** What happened, second by second. */
import { say } from '../../render/texts.js';
import { type ReportTexts, secondsIn } from '../drawing/pen.js';
import { timelineDrawing, timelineSlides } from '../drawing/timeline/timeline.js';
import { type Language, toldIn } from '../messages.js';
import type { ScenarioResult } from '../types.generated.js';
import type { Section } from './section.js';
import { cell, named, number, type PageTable, table } from './tables.js';

export const timeline: Section = {
  id: 'timeline',
  draw: ({ result, scenario }, pen) => scenario && timelineDrawing(scenario, result.lab.nodes, pen),
  slides({ result, scenario }, pen) {
    const slides = scenario && timelineSlides(scenario, result.lab.nodes, pen);
    return { timeline: slides?.whole ?? [], 'close-up': slides?.closeUp ?? [] };
  },
  text: ({ scenario }, texts, language) => ({
    heading: texts.timeline.heading,
    caption: texts.timeline.caption,
    tables: scenario ? [eventsTable(scenario, texts, language)] : [],
  }),
};

function eventsTable(
  { timeline }: ScenarioResult,
  texts: ReportTexts,
  language: Language,
): PageTable {
  const t = texts.timeline;
  return table(
    say(t.table, { count: timeline.length }),
    [t.at, t.source, t.event, t.detail],
    timeline.map(({ atMs, source, event, detail, detailCodes }) => [
      number(secondsIn(texts, atMs)),
      named(texts.sources, source),
      named(texts.events, event),
      cell(toldIn(language, detail, detailCodes, ': ')),
    ]),
  );
}
