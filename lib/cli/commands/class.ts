/** The command for many labs of one description. */
import { allFaults } from '../../faults/registry.js';
import { SCENARIO_NAMES } from '../../scenarios/names.js';
import { ACTIONS } from '../class-actions.js';
import { type Pointless, specOptions } from '../command.js';
import { json, live } from './live.js';

/** Those that are about the labs that are there, whatever the list says. */
const WITHOUT_LIST: readonly string[] = ['list', 'down', 'plan'];

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
    gone: { type: 'boolean', describe: 'With down: only labs of those who are not in the list' },
    yes: { type: 'boolean', alias: 'y', describe: 'With down: without a question' },
    json,
  },
  pointless: ({
    action,
    word = [],
    roster,
    only = [],
    gone,
    yes,
    jobs,
    once,
    interval,
    students,
    members,
    processors,
    '--': passed = [],
  }) => {
    const name = String(action);
    const isPlan = name === 'plan';
    const words = [word].flat();
    const takesWords = ['verify', 'fault', 'exec'].includes(name);
    const ofOne: Pointless[] = (
      [
        ['gone', gone, 'down'],
        ['yes', yes, 'down'],
        ['once', once, 'board'],
        ['interval', interval, 'board'],
        ['students', students, 'plan'],
        ['members', members, 'plan'],
        ['processors', processors, 'plan'],
      ] as const
    ).map(([option, value, action]) => [
      Boolean(value) && name !== action,
      `--${option} goes with ${action}. Leave it out.`,
    ]);
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
      [name === 'list' && jobs !== undefined, 'class list looks at nothing. Leave --jobs out.'],
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
      ...ofOne,
    ];
  },
});
