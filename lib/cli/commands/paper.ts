/** The command for the class paper. */
import { languagesOf } from '../../render/languages.js';
import { labOptions, type Pointless } from '../command.js';
import { type Format, mismatch, noFolder, twoFormats } from '../file-format.js';
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
      defaultDescription: 'that of the ending of --file, else md',
      describe: 'pdf: printed by a Chromium, Chrome or Edge of this machine',
    },
    short: {
      type: 'boolean',
      describe:
        "Leave out the tables of the nodes' configurations and what is beyond the hundred points",
    },
    for: { type: 'string', requiresArg: true, describe: "A student's name and number" },
    class: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'One paper for each student of this CSV file (name, id, email, seed)',
    },
    folder: {
      type: 'string',
      requiresArg: true,
      completes: 'folders',
      describe: 'Where the papers of a class go (default: handouts); --file: all in one',
    },
    file: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'Write it here, not to standard output',
    },
    recorded: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'Output of this recording',
    },
    record: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe:
        'Bring the lab up, type every command on it, take it down, and keep the output here',
    },
  },
  pointless: (argv) => {
    const given = (...names: string[]) => names.filter((name) => argv[name] !== undefined);
    const record = argv['record'] !== undefined;
    const { file, format } = argv as { file?: string; format?: Format };
    return [
      mismatch('record', argv['record'], ['json'], 'a recording'),
      mismatch('file', file, ['md', 'html', 'pdf'], 'the paper'),
      noFolder('folder', argv['folder'], 'the papers'),
      twoFormats(format, file),
      ...given(
        'lang',
        'edition',
        'format',
        'short',
        'for',
        'class',
        'folder',
        'file',
        'recorded',
      ).map(
        (name): Pointless => [
          record,
          `--${name} is for the paper, and --record prints none. Record first, then print it with --recorded.`,
        ],
      ),
      ...given('for').map(
        (name): Pointless => [
          argv['class'] !== undefined,
          `--${name} names one student, and --class has the names of all. Take one of them.`,
        ],
      ),
      ...given('folder').flatMap((name): Pointless[] => [
        [
          argv['class'] === undefined,
          `--${name} is for the papers of a class: it goes with --class. One paper goes to --file.`,
        ],
        [
          argv['file'] !== undefined,
          `--${name} is for one file each, and --file for all papers in one. Take one of them.`,
        ],
      ]),
      ...given('backend', 'vm').map(
        (name): Pointless => [
          !record,
          `--${name} has no effect on the paper, which is the same for all backends: it goes with --record.`,
        ],
      ),
    ];
  },
});
