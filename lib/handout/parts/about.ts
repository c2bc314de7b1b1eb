/** What the handout is, for whom, and on which lab its output was recorded. */
import { engineName } from '../../render/redis-conf.js';
import { lettersOf } from '../commands.js';
import type { Part } from '../document.js';
import { isOfAnotherLab, isOfThisVersion } from '../recording.js';
import type { Writing } from '../writing.js';

export function about(writing: Writing): Part[] {
  const { about: texts } = writing.texts;
  const { recording } = writing.options;
  const others = lettersOf(writing.lab).slice(1);
  const recorded = [
    writing.say(texts.recorded, {
      date: dayIn(writing.options.language, recording.date),
      redisLab: recording.redisLab,
      engine: engineName({ ...writing.lab.redis, engine: recording.server.engine }),
      version: recording.server.version,
      backend: recording.backend,
      other: isOfThisVersion(recording, writing.lab) ? '' : writing.say(texts.otherVersion),
    }),
    ...(recording.masks.length > 0 ? [texts.masked] : []),
  ].join(' ');
  return [
    { kind: 'heading', id: 'about', text: texts.title },
    { kind: 'paragraph', text: texts.text },
    ...(writing.options.receipt === undefined
      ? []
      : [{ kind: 'paragraph' as const, text: writing.say(texts.numbers) }]),
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

/** `2026-11-28` as it is written in a language: `28 November 2026`. */
function dayIn(language: string, date: string): string {
  // English as most of the world writes it: the day first.
  const locale = language === 'en' ? 'en-GB' : language;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return day.format(new Date(date));
}
