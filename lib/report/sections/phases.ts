/** How long each phase took, beside what was predicted. */
import { say } from '../../render/texts.js';
import { type ReportTexts, timeIn } from '../drawing/pen.js';
import { fitOf, phasesDrawing, rangeIn } from '../drawing/phases.js';
import type { Phase, ScenarioResult } from '../types.generated.js';
import type { Section } from './section.js';
import { number, own, type PageTable, table } from './tables.js';

export const phases: Section = {
  id: 'phases',
  draw: ({ scenario }, pen) => scenario && phasesDrawing(scenario, pen),
  text: ({ scenario }, texts) => ({
    heading: texts.prediction.heading,
    caption: texts.prediction.caption,
    tables: scenario ? [phasesTable(scenario, texts)] : [],
  }),
};

function phasesTable({ phases }: ScenarioResult, texts: ReportTexts): PageTable {
  const t = texts.prediction;
  return table(
    t.table,
    [t.phase, t.measured, t.predicted, t.from, t.to, t.why],
    phases.map((phase) => [
      own(texts.phases[phase.name]),
      number(phase.ms === null ? texts.notSeen : timeIn(texts, phase.ms)),
      number(predictedIn(texts, phase)),
      own(texts.bounds[phase.name].from),
      own(texts.bounds[phase.name].to),
      own(texts.bounds[phase.name].why),
    ]),
  );
}

/** The range alone, where the measure lies in it. */
function predictedIn(texts: ReportTexts, phase: Phase): string {
  const [fit, range] = [fitOf(phase), rangeIn(texts, phase.predicted)];
  return fit === 'longer' || fit === 'shorter' ? say(texts.prediction[fit], { range }) : range;
}
