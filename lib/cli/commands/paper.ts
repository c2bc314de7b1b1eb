/** The command for the class paper. */
import { languagesOf } from '../../render/languages.js';
import { labOptions } from '../command.js';
import { live } from './live.js';

export const handout = live('handout', async () => (await import('../live/handout.js')).handout, {
  describe: 'Print the paper for the class: chapters, tasks, exercises of this very lab',
  options: {
    ...labOptions,
    lang: {
      type: 'string',
      requiresArg: true,
      choices: languagesOf('handout'),
      defaultDescription: 'that of the description, else en',
      describe: 'The language',
    },
    edition: {
      type: 'string',
      requiresArg: true,
      choices: ['student', 'instructor'],
      default: 'student',
      describe: 'student: tasks and room for answers; instructor: output, answers, marks as well',
    },
    format: {
      type: 'string',
      requiresArg: true,
      choices: ['md', 'html', 'pdf'],
      default: 'md',
      describe: 'pdf: printed by a Chromium, Chrome or Edge of this machine',
    },
    for: { type: 'string', requiresArg: true, describe: "A student's name and number" },
    file: {
      type: 'string',
      requiresArg: true,
      describe: 'Write it here, not to standard output',
    },
    recorded: { type: 'string', requiresArg: true, describe: 'Output of this recording' },
    record: {
      type: 'string',
      requiresArg: true,
      conflicts: ['recorded', 'file'],
      describe:
        'Bring the lab up, type every command on it, take it down, and keep the output here',
    },
  },
});
