/** What happened, second by second. */
import { say } from '../../render/texts.js';
import { type ReportTexts, secondsIn } from '../drawing/pen.js';
import { lanesOf } from '../drawing/timeline/lanes.js';
import { timelineDrawing, timelineSlides } from '../drawing/timeline/timeline.js';
import { closeUpOf, windowOf } from '../drawing/timeline/window.js';
import { type Language, toldIn } from '../messages.js';
import type { ResultNode, ScenarioResult } from '../types.generated.js';
import type { Section } from './section.js';
import { cell, named, number, type PageTable, table } from './tables.js';

export const timeline: Section = {
  id: 'timeline',
  draw: ({ result, scenario }, pen) => scenario && timelineDrawing(scenario, result.lab.nodes, pen),
  slides({ result, scenario }, pen) {
    const slides = scenario && timelineSlides(scenario, result.lab.nodes, pen);
    return { timeline: slides?.whole ?? [], 'close-up': slides?.closeUp ?? [] };
  },
  text: ({ result, scenario }, texts, language) => ({
    heading: texts.timeline.heading,
    caption: texts.timeline.caption,
    remarks: scenario ? remarksOf(scenario, result.lab.nodes, texts) : [],
    tables: scenario ? [eventsTable(scenario, texts, language)] : [],
  }),
};

function remarksOf(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  { timeline: t }: ReportTexts,
): string[] {
  const spans = lanesOf(scenario, nodes).flatMap((lane) => ('spans' in lane ? lane.spans : []));
  return [
    ...(closeUpOf(scenario, windowOf(scenario)) ? [t.enlarged] : []),
    ...(spans.some(({ state }) => state === 'vain') ? [t.vain] : []),
  ];
}

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
