/** What a real run of a task's story looked like, drawn as the report does. */
import { documentFile } from '../../render/documents.js';
import { say, textsOf } from '../../render/texts.js';
import { type Colours, OF_PAGE, type Pen, secondsIn } from '../../report/drawing/pen.js';
import { inlineSvg } from '../../report/drawing/svg.js';
import { timelineSlides } from '../../report/drawing/timeline/timeline.js';
import { tellingEntries } from '../../report/telling.js';
import type { ResultNode, ScenarioResult } from '../../report/types.generated.js';
import type { Task } from '../block.js';
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';

/** What is drawn for a task: a scenario of a kept run. */
const STORIES: Readonly<Partial<Record<Task['id'], string>>> = {
  hang: 'hang',
  quorum: 'quorum-lost',
  partition: 'partition',
  disk: 'disk-full',
};

/** `templates/handout/stories.json`: of a result of `verify`, what its drawings need. */
export interface Stories {
  readonly downAfterMs: number;
  readonly nodes: readonly ResultNode[];
  readonly scenarios: readonly ScenarioResult[];
}

/** By the names of the page's style sheet, in which soft is a ground. */
const COLOURS: Colours = { ...OF_PAGE, soft: 'var(--faint)', panel: 'var(--soft)' };
const WIDTHS = { wide: 720, phone: 330 };

export function story(writing: Writing, id: Task['id']): Part[] {
  const { downAfterMs, nodes, scenarios } = JSON.parse(
    documentFile('handout/stories.json'),
  ) as Stories;
  const scenario = scenarios.find(({ name }) => name === STORIES[id]);
  if (!scenario) return [];
  const texts = textsOf('report', writing.options.language);
  const drawing = (width: keyof typeof WIDTHS, of: string) => {
    const pen: Pen = { colours: COLOURS, texts, width: WIDTHS[width] };
    // The whole of it, without what a page has room to enlarge.
    const [whole] = timelineSlides(scenario, nodes, pen).whole;
    return whole ? inlineSvg(whole, `${of}-${id}-${width}`, width) : '';
  };
  const word = (known: Readonly<Record<string, string>>, text: string) =>
    Object.hasOwn(known, text) ? (known[text] ?? text) : text;
  const { sources, events } = texts;
  return [
    {
      kind: 'figure',
      svg: (of) => drawing('wide', of) + drawing('phone', of),
      drawing: tellingEntries(scenario.timeline)
        .map(({ atMs, source, event }) =>
          [secondsIn(texts, atMs).padStart(7), word(sources, source), word(events, event)].join(
            '  ',
          ),
        )
        .join('\n'),
      caption: say(writing.texts.page.story, {
        command: `redis-lab verify ${scenario.name}`,
        downAfterMs,
      }),
    },
  ];
}
