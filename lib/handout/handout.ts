/** The paper for the class, made from the lab: model, texts and a recording in, text out. */
import { createHash } from 'node:crypto';
import { usage } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { documentFile } from '../render/documents.js';
import { compose } from './compose.js';
import { htmlOf } from './html.js';
import { markdownOf } from './markdown.js';
import { readRecording } from './read-recording.js';
import type { Recording } from './recording.js';

/** Which edition of the handout, for whom, in which language and format. */
export interface HandoutOptions {
  /** `en` or `id`. Default: the language of the description, which is `en` by default. */
  readonly language?: string | undefined;
  /** Default `student`: tasks, commands, room for answers. `instructor`: also output, answers, timings, errata, marks. */
  readonly edition?: 'student' | 'instructor' | undefined;
  /** Default `md`. */
  readonly format?: 'md' | 'html' | undefined;
  /** Name and number of a student, printed at the top. Default: room to write it. */
  readonly owner?: string | undefined;
  /** Leaves out the tables of the nodes' configurations, and the tasks for those who want more. Default false. */
  readonly short?: boolean | undefined;
  /**
   * A text of this student's own: from it comes the number that some commands write, so that a copied output shows.
   * Default: the number is the same for everybody.
   */
  readonly seed?: string | undefined;
  /** What `redis-lab handout --record` wrote, as text. Default: the recording of the course's lab. */
  readonly recorded?: string | undefined;
  /** What to call that text in messages, such as its file. */
  readonly recordedName?: string | undefined;
}

const COURSE = 'handout/recorded.json';

/** A student of a class who gets a paper. */
export type Reader = Pick<HandoutOptions, 'owner' | 'seed'>;

/**
 * The handout of a lab: its four chapters, exercises and sources, as one text. Pure: the same arguments give the
 * same text.
 * @throws RedisLabError (2) for an unknown language, or a recording that is none
 */
export function handoutOf(lab: LabModel, options: HandoutOptions = {}): string {
  return handoutsOf(lab, [options], options);
}

/** The handouts of several readers in one text, each on pages of its own. */
export function handoutsOf(
  lab: LabModel,
  readers: readonly Reader[],
  options: HandoutOptions = {},
): string {
  const { language = lab.language, edition = 'student', format = 'md', recorded } = options;
  const { recordedName = 'the recording', short = false } = options;
  if (readers.some(({ owner }) => owner !== undefined && owner.trim() === '')) {
    throw usage('The name on the handout is empty. Leave it out, or give one.');
  }
  const recording =
    recorded === undefined ? courseRecording() : readRecording(recorded, recordedName);
  const handouts = readers.map(({ owner, seed }) => {
    const receipt = seed === undefined ? undefined : receiptOf(seed);
    return compose(lab, { language, edition, owner, recording, short, receipt });
  });
  return format === 'html' ? htmlOf(handouts) : markdownOf(handouts);
}

/** A number of five digits, the same for the same text. */
function receiptOf(seed: string): number {
  return 10_000 + (createHash('sha256').update(seed).digest().readUInt32BE() % 89_990);
}

/** The recording of the course's lab, which comes with redis-lab. */
export function courseRecording(): Recording {
  return readRecording(documentFile(COURSE), COURSE);
}
