/** The command for the class paper. */
import { languagesOf } from '../../render/languages.js';
import { labOptions, type Pointless } from '../command.js';
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
      defaultDescription: 'student',
      describe: 'student: tasks and room for answers; instructor: output, answers, marks as well',
    },
    format: {
      type: 'string',
      requiresArg: true,
      choices: ['md', 'html', 'pdf'],
      defaultDescription: 'md',
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
      describe:
        'Bring the lab up, type every command on it, take it down, and keep the output here',
    },
  },
  pointless: (argv) => {
    const given = (...names: string[]) => names.filter((name) => argv[name] !== undefined);
    const record = argv['record'] !== undefined;
    return [
      ...given('lang', 'edition', 'format', 'for', 'file', 'recorded').map(
        (name): Pointless => [
          record,
          `--${name} is for the paper, and --record prints none. Record first, then print it with --recorded.`,
        ],
      ),
      ...given('backend', 'vm').map(
        (name): Pointless => [
          !record,
          `--${name} has no effect on the paper, which is the same for all backends: it goes with --record.`,
        ],
      ),
    ];
  },
});
