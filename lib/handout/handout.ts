/** The paper for the class, made from the lab: model, texts and a recording in, text out. */
import { EXIT, RedisLabError } from '../errors.js';
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
  /** What `redis-lab handout --record` wrote, as text. Default: the recording of the course's lab. */
  readonly recorded?: string | undefined;
  /** What to call that text in messages, such as its file. */
  readonly recordedName?: string | undefined;
}

const COURSE = 'handout/recorded.json';

/**
 * The handout of a lab: its four chapters, exercises and sources, as one text. Pure: the same arguments give the
 * same text.
 * @throws RedisLabError (2) for a language that there is not, or a recording that is none
 */
export function handoutOf(lab: LabModel, options: HandoutOptions = {}): string {
  const { language = lab.language, edition = 'student', format = 'md', owner, recorded } = options;
  const { recordedName = 'the recording' } = options;
  if (owner !== undefined && owner.trim() === '') {
    throw new RedisLabError('The name on the handout is empty. Leave it out, or give one.', {
      exitCode: EXIT.usage,
    });
  }
  const recording =
    recorded === undefined ? courseRecording() : readRecording(recorded, recordedName);
  const handout = compose(lab, { language, edition, owner, recording });
  return format === 'html' ? htmlOf(handout) : markdownOf(handout);
}

/** The one that comes with redis-lab: of the course's lab. */
export function courseRecording(): Recording {
  return readRecording(documentFile(COURSE), COURSE);
}
