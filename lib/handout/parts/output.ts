/** What a command put out when it was recorded. */
import { say } from '../../render/texts.js';
import { type Block, isOnNode } from '../block.js';
import { plainLine, redisLabLine } from '../command-line.js';
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';

export function output(writing: Writing, block: Block, before: readonly Block[]): Part[] {
  const { page, about } = writing.texts;
  const recorded = writing.options.recording.outputs[block.id];
  // Of several commands of one kind, whose output it is.
  const [, , of] = block.id.split('.');
  const whose = of ?? (isForRedisLabAlone(block) ? 'redis-lab' : undefined);
  const label = whose === undefined ? page.output : `${page.output}, \`${whose}\``;
  if (!recorded) {
    if (!writing.forInstructor || block.looks === '') return [];
    return [{ kind: 'note', label, text: about.unrecorded }];
  }
  const { letters } = recorded;
  // Seconds since what this very task has broken or mended.
  const afterSeconds = before.some(({ breaks }) => breaks) ? recorded.afterSeconds : null;
  // Silence is an answer only where something was asked.
  if (recorded.output.trim() === '' && block.looks === '') return [];
  const text = recorded.output.trim() === '' ? null : recorded.output;
  const line = redisLabLine(block) ?? plainLine(block) ?? '';
  const used = Object.entries(letters).filter(([letter]) => line.split(' ').includes(letter));
  const caption = [
    label,
    ...(used.length > 0
      ? [say(page.named, { letters: used.map(([a, b]) => `${a} = ${b}`).join(', ') })]
      : []),
    ...(writing.forInstructor && afterSeconds !== null && block.waits
      ? [say(page.after, { seconds: String(afterSeconds).replace('.', page.decimal) })]
      : []),
  ].join(' · ');
  return text === null
    ? [{ kind: 'note', label: page.output, text: page.empty }]
    : [{ kind: 'output', caption, text }];
}

/** The other reader's command has another output, or none. */
function isForRedisLabAlone({ redisLab }: Block): boolean {
  return redisLab !== null && !isOnNode(redisLab) && redisLab[1] !== 'logs';
}
