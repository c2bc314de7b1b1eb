/** A task: what it is for, its commands, and its questions. */
import { say } from '../../render/texts.js';
import { type Block, outputPoints, type Task } from '../block.js';
import { plainLine, redisLabLine } from '../command-line.js';
import { lettersOf } from '../commands.js';
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';
import { toMend } from './errata.js';
import { mendFiles } from './old-files.js';
import { output } from './output.js';
import { story } from './story.js';

export function task(writing: Writing, id: Task['id']): Part[] {
  const { page, tasks } = writing.texts;
  const index = writing.tasks.findIndex((task) => task.id === id);
  const found = writing.tasks[index];
  if (!found) return [];
  const { blocks, points, questions, extra } = found;
  const forOutput = outputPoints({ points, questions });
  const texts = tasks[id];
  const note = (label: string, text: string): Part[] =>
    writing.forInstructor ? [{ kind: 'note', label, text: writing.say(text) }] : [];
  return [
    {
      kind: 'heading',
      id: `task-${id}`,
      text: `${page.task} ${index + 1}. ${texts.title}`,
      aside: [
        ...(extra ? [page.extra] : []),
        forOutput > 0
          ? say(page.pointsWithOutput, { points, output: forOutput })
          : pointsText(writing, points),
      ].join(', '),
    },
    { kind: 'paragraph', text: writing.say(texts.goal) },
    ...('predict' in texts ? predict(writing, texts.predict) : []),
    // The errata tell the instructor all of it.
    ...(id === 'mend' && !writing.forInstructor ? [toMend(writing)] : []),
    ...(id === 'mend' ? mendFiles(writing) : []),
    ...families(blocks).flatMap((family) => step(writing, family, blocks)),
    ...(writing.forInstructor ? story(writing, id) : []),
    ...('timing' in texts ? note(page.timing, texts.timing) : []),
    ...note(page.trouble, texts.trouble),
    ...texts.questions.flatMap(({ ask, answer, rubric }, i): Part[] => [
      {
        kind: 'paragraph',
        label: `${page.question} (${pointsText(writing, questions[i] ?? 0)})`,
        text: writing.say(ask),
      },
      writing.forInstructor
        ? {
            kind: 'note',
            label: page.answer,
            text: writing.say(answer),
            more: { label: page.rubric, text: rubricText(writing, rubric) },
          }
        : { kind: 'lines', label: page.lines, count: linesFor(answer) },
    ]),
  ];
}

/** What is written down before anything is typed. It gives no points: what was seen is compared with it. */
function predict(writing: Writing, text: string): Part[] {
  const { page } = writing.texts;
  return [
    { kind: 'paragraph', label: page.predict, text: writing.say(text) },
    ...(writing.forInstructor
      ? []
      : [{ kind: 'lines' as const, label: page.prediction, count: PREDICTION }]),
  ];
}

const PREDICTION = 3;

function pointsText({ texts: { page } }: Writing, points: number): string {
  return points === 1 ? page.onePoint : say(page.points, { points });
}

/** What gives all points, then what gives one less, down to one. */
function rubricText(writing: Writing, levels: readonly string[]): string {
  return levels
    .map((text, i) => `**${pointsText(writing, levels.length - i)}:** ${writing.say(text)}`)
    .join(' · ');
}

/** Commands of one kind: what is done on every node is told once. */
function step(writing: Writing, family: readonly Block[], blocks: readonly Block[]): Part[] {
  const [first] = family;
  if (!first) return [];
  const { page, steps, about } = writing.texts;
  const text = (steps as Readonly<Record<string, string>>)[familyOf(first)];
  if (text === undefined) throw new Error(`${familyOf(first)} has no text`);
  if (first.again) return again(writing, first, blocks);
  const letters = lettersOf(writing.lab).slice(1);
  const hints = [
    ...(first.names === 'task'
      ? [
          say(about.lettersNow, {
            others: letters.map((letter) => `${letter} = ________`).join(', '),
          }),
        ]
      : []),
    ...(first.pauseSeconds ? [say(page.wait, { seconds: first.pauseSeconds })] : []),
    ...(first.withinSeconds ? [say(page.again, { seconds: first.withinSeconds })] : []),
    ...(first.systemd ? [page.machines] : []),
    // Once for the whole task.
    ...(first.filter && first === blocks[0] ? [page.filter] : []),
  ];
  return [
    { kind: 'step', text: writing.say(text), hints },
    {
      kind: 'commands',
      commands: family.map((block) => ({
        redisLab: redisLabLine(block),
        plain: plainLine(block),
      })),
    },
    ...family.flatMap((block) =>
      writing.forInstructor || block.photograph
        ? output(writing, block, blocks.slice(0, blocks.indexOf(block)))
        : [],
    ),
  ];
}

/** Steps of the task before that are done once more are told in a sentence; of what is other then, the instructor sees the output. */
function again(writing: Writing, block: Block, blocks: readonly Block[]): Part[] {
  const { page } = writing.texts;
  const isFirst = block === blocks.find((each) => each.again);
  const task = writing.tasks.findIndex((each) => each.blocks === blocks);
  return [
    ...(isFirst ? [{ kind: 'paragraph' as const, text: say(page.repeated, { task }) }] : []),
    ...(writing.forInstructor && block.again === 'other' ? output(writing, block, []) : []),
  ];
}

/** Room for an answer by hand, which is shorter than the printed one. */
function linesFor(answer: string): number {
  return Math.max(4, Math.ceil(answer.length / 90));
}

/** Task and step, without the node. */
export function familyOf({ id }: Pick<Block, 'id'>): string {
  // The steps of the partition that is done once more are the same.
  return id.split('.').slice(0, 2).join('.').replace('-safe.', '.');
}

function families(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last?.[0] && familyOf(last[0]) === familyOf(block)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}
