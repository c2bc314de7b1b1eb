/** The handout of a lab, part by part. */
import type { LabModel } from '../model/model.js';
import type { Handout, Part } from './document.js';
import { about } from './parts/about.js';
import { architecture } from './parts/architecture.js';
import { errata } from './parts/errata.js';
import { installation } from './parts/installation.js';
import { marks } from './parts/marks.js';
import { sources } from './parts/sources.js';
import { task } from './parts/task.js';
import { type Composing, type Writing, writingOf } from './writing.js';

const CHAPTERS = {
  architecture: ['roles'],
  installation: ['start', 'configuration'],
  testing: ['processes', 'replication', 'sentinels'],
  failover: ['crash', 'comeback'],
  exercises: ['hang', 'quorum', 'lost', 'safer', 'partition', 'partition-safe', 'disk', 'mend'],
} as const;

export function compose(lab: LabModel, options: Composing): Handout {
  const writing = writingOf(lab, options);
  const { page } = writing.texts;
  return {
    language: options.language,
    title: page.title,
    subtitle: writing.say(page.subtitle),
    edition: page[options.edition],
    owner: {
      label: options.owner === undefined ? page.name : page.for,
      name: options.owner,
    },
    labels: { redisLab: page.redisLab, plain: page.plain, nothing: page.nothing },
    parts: [
      ...about(writing),
      ...chapter(writing, 'architecture', 1, architecture(writing)),
      ...chapter(writing, 'installation', 2, installation(writing)),
      ...chapter(writing, 'testing', 3, []),
      ...chapter(writing, 'failover', 4, []),
      ...chapter(writing, 'exercises', 5, []),
      ...(writing.forInstructor ? [...errata(writing), ...marks(writing)] : []),
      ...sources(writing),
    ],
  };
}

function chapter(
  writing: Writing,
  name: keyof typeof CHAPTERS,
  number: number,
  parts: readonly Part[],
): Part[] {
  const { page, chapters } = writing.texts;
  return [
    {
      kind: 'chapter',
      id: name,
      text:
        number > 4 ? chapters[name].title : `${page.chapter} ${number}. ${chapters[name].title}`,
    },
    ...intro(writing, name).map((text): Part => ({ kind: 'paragraph', text: writing.say(text) })),
    ...parts,
    ...CHAPTERS[name].flatMap((id) => task(writing, id)),
  ];
}

function intro(writing: Writing, name: keyof typeof CHAPTERS): string[] {
  const { chapters } = writing.texts;
  if (name !== 'failover') return [chapters[name].intro];
  const { debugCommand, restartMs } = writing.lab.redis;
  const { intro: crashes, introSignal, restarts } = chapters.failover;
  return [debugCommand === 'no' ? introSignal : crashes, ...(restartMs === null ? [] : [restarts])];
}
