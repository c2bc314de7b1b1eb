/** The points of all tasks, for the instructor to fill in. */
import { outputPoints, type Task } from '../block.js';
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';

export function marks(writing: Writing): Part[] {
  const { page, chapters, tasks } = writing.texts;
  const sumOf = (tasks: readonly Task[]) => tasks.reduce((sum, { points }) => sum + points, 0);
  const extras = writing.tasks.filter(({ extra }) => extra);
  const row = (task: Task) => [
    `${writing.tasks.indexOf(task) + 1}. ${tasks[task.id].title}`,
    String(outputPoints(task)),
    task.questions.join(' + '),
    String(task.points),
    '',
  ];
  return [
    { kind: 'chapter', id: 'marks', text: chapters.marks.title },
    { kind: 'paragraph', text: chapters.marks.intro },
    {
      kind: 'table',
      head: [page.task, page.outputPoints, page.questionPoints, page.maximum, page.given],
      rows: [
        ...writing.tasks.filter(({ extra }) => !extra).map(row),
        [`**${page.total}**`, ' ', ' ', `**${sumOf(writing.tasks) - sumOf(extras)}**`, ''],
        ...extras.map(row),
        ...(extras.length > 0
          ? [[`**${page.totalExtra}**`, ' ', ' ', `**${sumOf(extras)}**`, '']]
          : []),
      ],
    },
  ];
}
