/** The command for many labs of one description. */
import { allFaults } from '../../faults/registry.js';
import { languagesOf } from '../../render/languages.js';
import { SCENARIO_NAMES } from '../../scenarios/names.js';
import { ACTIONS } from '../class-actions.js';
import { type Pointless, specOptions } from '../command.js';
import { type Format, mismatch, noFolder, twoFormats } from '../file-format.js';
import { json, live } from './live.js';

/** Those that are about the labs that are there, whatever the list says. */
const WITHOUT_LIST: readonly string[] = ['list', 'down', 'plan'];

/** Those that print papers, and do nothing to a lab. */
const PAPERS: readonly string[] = ['slips', 'handout'];

/** With which actions an option can have an effect; with any, where it is not here. */
const GOES_WITH: Readonly<Record<string, readonly string[]>> = {
  entry: ['up'],
  tokens: ['up'],
  address: ['slips'],
  file: PAPERS,
  folder: ['handout'],
  format: PAPERS,
  lang: PAPERS,
  gone: ['down'],
  yes: ['down'],
  once: ['board'],
  interval: ['board'],
  students: ['plan'],
  members: ['plan'],
  processors: ['plan'],
};

export const labClass = live('class', async () => (await import('../live/class.js')).labs, {
  describe: 'Do something with a lab for each student of a list',
  positionals: {
    action: {
      type: 'string',
      completes: ACTIONS,
      describe: Object.entries(ACTIONS)
        .map(([name, what]) => `${name}: ${what}`)
        .join('; '),
    },
    word: {
      type: 'string',
      optional: true,
      many: true,
      completes: Object.fromEntries(
        [...SCENARIO_NAMES, ...allFaults().map(({ kind }) => kind)].map((word) => [word, '']),
      ),
      describe:
        'verify: scenarios [default: replication, failover]; fault: a fault and a node [default: @master]; exec: a node, and its command after --',
    },
  },
  passesOn: 'command..',
  passesOnBehindDashes: true,
  hasManyLabs: true,
  options: {
    ...specOptions,
    backend: {
      type: 'string',
      requiresArg: true,
      choices: ['incus', 'local'],
      defaultDescription: 'the one that has the class, else incus',
      describe:
        'What runs the labs: incus, a server or a cluster of Incus or LXD; local, processes of this machine, which are not kept apart',
    },
    roster: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'The students: a CSV file with a header (name, id, email, seed, key)',
    },
    only: {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: 'all',
      describe: 'Only the lab of this student, by the number or e-mail address of the list',
    },
    jobs: {
      type: 'string',
      requiresArg: true,
      defaultDescription:
        'the processors of the server, of the members of the cluster, or of this machine, at least 2; for status and board 4 times as many',
      describe: 'How many labs at a time',
    },
    once: { type: 'boolean', describe: 'With board: one look, and no more' },
    interval: {
      type: 'string',
      requiresArg: true,
      defaultDescription: '2s',
      describe: 'With board: how often each lab is looked at',
    },
    students: {
      type: 'string',
      requiresArg: true,
      describe: 'With plan: how many students there will be [default: those of --roster]',
    },
    members: {
      type: 'string',
      requiresArg: true,
      describe: 'With plan: how many machines the cluster has [default: some to choose from]',
    },
    processors: {
      type: 'string',
      requiresArg: true,
      describe: 'With plan: how many processors each of them has [default: some to choose from]',
    },
    entry: {
      type: 'string',
      requiresArg: true,
      defaultDescription: '2201',
      completes: { none: 'leave the ways in as they are' },
      describe:
        'With up: the first port by which students enter; each lab has one, and keeps it; or none',
    },
    tokens: {
      type: 'boolean',
      describe: 'With up: a token for each student, for a client of Incus or LXD of their own',
    },
    address: {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: 'that by which the server is known here',
      describe:
        'With slips: where students find the server; of a member of a cluster: MEMBER=ADDRESS',
    },
    file: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'With slips, handout: all in this file',
    },
    folder: {
      type: 'string',
      requiresArg: true,
      completes: 'folders',
      describe: 'With handout: a file for each student in this folder (default: handouts)',
    },
    format: {
      type: 'string',
      requiresArg: true,
      choices: ['md', 'html', 'pdf'],
      defaultDescription: 'that of the ending of --file, else md',
      describe: 'With slips, handout. pdf: printed by a Chromium, Chrome or Edge of this machine',
    },
    lang: {
      type: 'string',
      requiresArg: true,
      choices: languagesOf('handout'),
      defaultDescription: 'that of the description, else en',
      describe: 'With slips, handout: the language',
    },
    gone: { type: 'boolean', describe: 'With down: only labs of those who are not in the list' },
    yes: { type: 'boolean', alias: 'y', describe: 'With down: without a question' },
    json,
  },
  pointless: (argv) => {
    const {
      action,
      word = [],
      roster,
      only = [],
      gone,
      jobs,
      once,
      interval,
      students,
      '--': passed = [],
    } = argv;
    const { file, folder, format } = argv as { file?: string; folder?: string; format?: Format };
    const name = String(action);
    const isPlan = name === 'plan';
    const words = [word].flat();
    const takesWords = ['verify', 'fault', 'exec'].includes(name);
    const elsewhere = Object.entries(GOES_WITH).map(([option, actions]): Pointless => {
      const given = [argv[option] ?? []].flat().some(Boolean);
      const what = `--${option} goes with ${actions.join(' and ')}. Leave it out.`;
      return [given && !actions.includes(name), what];
    });
    return [
      [
        !takesWords && words.length > 0,
        `class ${name} takes nothing besides. Leave out ${words.join(', ')}.`,
      ],
      [
        name !== 'exec' && [passed].flat().length > 0,
        `Only class exec runs a command. Leave out ${[passed].flat().join(' ')}.`,
      ],
      [
        roster === undefined && (!WITHOUT_LIST.includes(name) || Boolean(gone)),
        `class ${name} needs the list of the students: --roster students.csv`,
      ],
      [
        Boolean(argv['tokens']) && argv['entry'] === 'none',
        '--entry none lets nobody in. Leave it out, or --tokens.',
      ],
      [name === 'list' && jobs !== undefined, 'class list looks at nothing. Leave --jobs out.'],
      [
        PAPERS.includes(name) && jobs !== undefined,
        `class ${name} prints papers only. Leave --jobs out.`,
      ],
      [
        PAPERS.includes(name) && Boolean(argv['json']),
        `class ${name} prints papers: Markdown, HTML or PDF. Leave --json out.`,
      ],
      [
        name === 'handout' && [only].flat().length > 0,
        'class handout prints the paper of everybody. Leave --only out.',
      ],
      [
        file !== undefined && folder !== undefined,
        '--file is for all papers together, --folder for one file each. Take one of them.',
      ],
      mismatch('file', file, ['md', 'html', 'pdf'], 'the paper'),
      noFolder('folder', folder, 'the papers'),
      twoFormats(format, file),
      [
        Boolean(gone) && [only].flat().length > 0,
        '--gone is about those who are not in the list. Leave --only out.',
      ],
      [
        name === 'board' && Boolean(once) && interval !== undefined,
        'With --once there is one look. Leave --interval out.',
      ],
      [
        isPlan && (roster === undefined) === (students === undefined),
        'class plan needs either --students COUNT or --roster students.csv.',
      ],
      [
        isPlan && (jobs !== undefined || [only].flat().length > 0),
        'class plan asks no lab. Leave --jobs and --only out.',
      ],
      ...elsewhere,
    ];
  },
});
