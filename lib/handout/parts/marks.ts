/** The points of all tasks, for the instructor to fill in. */
import { say } from '../../render/texts.js';
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';

export function marks(writing: Writing): Part[] {
  const { page, chapters, tasks } = writing.texts;
  const total = writing.tasks.reduce((sum, { points }) => sum + points, 0);
  return [
    { kind: 'chapter', id: 'marks', text: chapters.marks.title },
    { kind: 'paragraph', text: chapters.marks.intro },
    {
      kind: 'table',
      head: [page.task, say(page.points, { points: total }), page.given],
      rows: [
        ...writing.tasks.map(({ id, points }, index) => [
          `${index + 1}. ${tasks[id].title}`,
          String(points),
          '',
        ]),
        [`**${page.total}**`, `**${total}**`, ''],
      ],
    },
  ];
}
