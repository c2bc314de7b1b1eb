/** What the handout is, for whom, and on which lab its output was recorded. */
import { engineName } from '../../render/redis-conf.js';
import { lettersOf } from '../commands.js';
import type { Part } from '../document.js';
import { isOfAnotherLab } from '../recording.js';
import type { Writing } from '../writing.js';

export function about(writing: Writing): Part[] {
  const { about: texts } = writing.texts;
  const { recording } = writing.options;
  const others = lettersOf(writing.lab).slice(1);
  const recorded = [
    writing.say(texts.recorded, {
      date: recording.date,
      redisLab: recording.redisLab,
      engine: engineName({ ...writing.lab.redis, engine: recording.server.engine }),
      version: recording.server.version,
      backend: recording.backend,
    }),
    ...(recording.masks.length > 0 ? [texts.masked] : []),
  ].join(' ');
  return [
    { kind: 'heading', id: 'about', text: texts.title },
    { kind: 'paragraph', text: texts.text },
    { kind: 'paragraph', text: texts.readers },
    {
      kind: 'paragraph',
      text: writing.say(texts.letters, {
        others: others.map((letter) => `**${letter}**`).join(', '),
      }),
    },
    { kind: 'paragraph', text: texts.terminal },
    { kind: 'paragraph', text: recorded },
    ...(isOfAnotherLab(recording, writing.lab)
      ? [
          {
            kind: 'paragraph' as const,
            text: writing.say(texts.elsewhere, {
              nodes: recording.lab.nodes.map(({ name, ip }) => `\`${name}\` ${ip}`).join(', '),
              downAfterMs: recording.lab.downAfterMs,
              quorum: recording.lab.quorum,
            }),
          },
        ]
      : []),
  ];
}
