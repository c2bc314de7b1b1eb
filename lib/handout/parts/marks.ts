/** The points of all tasks, for the instructor to fill in. */
import { outputPoints } from '../block.js';
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
      head: [page.task, page.outputPoints, page.questionPoints, page.maximum, page.given],
      rows: [
        ...writing.tasks.map((task, index) => [
          `${index + 1}. ${tasks[task.id].title}`,
          String(outputPoints(task)),
          task.questions.join(' + '),
          String(task.points),
          '',
        ]),
        [`**${page.total}**`, ' ', ' ', `**${total}**`, ''],
      ],
    },
  ];
}
