/** Commands that prove a lab, and show what was proven. */
import path from 'node:path';
import { BACKEND_NAMES } from '../../backends/registry.js';
import { CLIENT_NAMES } from '../../model/libraries.js';
import { languagesOf } from '../../render/languages.js';
import {
  FAIL_OVER,
  IN_UP,
  INCIDENT_NAMES,
  MEASURE,
  SCENARIO_NAMES,
} from '../../scenarios/names.js';
import { labOptions, ownNetwork, type Pointless, specOptions } from '../command.js';
import { mismatch, noFolder } from '../file-format.js';
import { json, live } from './live.js';

const lang = {
  type: 'string',
  requiresArg: true,
  completes: wordsOf(languagesOf('report')),
  describe: `Language of the page: ${languagesOf('report').join(', ')} [default: that of the lab]`,
} as const;

const words = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  default: [] as string[],
} as const;

const client = {
  ...words,
  defaultDescription: 'none',
  completes: wordsOf(CLIENT_NAMES),
  describe: `A library that writes besides: ${CLIENT_NAMES.join(', ')}; settings behind it: ioredis,commandTimeout=500`,
} as const;

export const verify = live('verify', async () => (await import('../live/verify.js')).verify, {
  describe: 'Prove that the lab replicates and fails over',
  positionals: {
    scenario: {
      type: 'string',
      optional: true,
      many: true,
      completes: wordsOf([...SCENARIO_NAMES, ...INCIDENT_NAMES]),
      describe: `${SCENARIO_NAMES.join(', ')} [default: ${IN_UP.join(', ')}]; an incident by its name, which wipes a lab that is up and needs --fresh there: ${INCIDENT_NAMES.join(', ')}`,
    },
  },
  options: {
    ...labOptions,
    'own-network': ownNetwork,
    list: {
      type: 'boolean',
      describe:
        'Run nothing: say which scenarios there are, what each teaches and where it can be run',
    },
    all: {
      type: 'boolean',
      describe: 'Run all scenarios; those that make no sense here are skipped',
    },
    random: {
      type: 'boolean',
      describe: 'Instead of scenarios: faults at random moments, until one shows a mistake',
    },
    seed: {
      type: 'string',
      requiresArg: true,
      describe: 'With --random: what the faults of the first round are drawn from',
    },
    minutes: {
      type: 'string',
      requiresArg: true,
      describe: 'With --random: for how long rounds begin [default: 1]',
    },
    step: {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: 'none',
      describe:
        'With --random, instead of a seed: crash:master:1200:3000, a fault with its milliseconds',
    },
    repeat: {
      type: 'string',
      requiresArg: true,
      default: '1',
      describe: 'How often; a lab that was there before goes on with its data',
    },
    fresh: {
      type: 'boolean',
      describe: 'Begin anew each time: wipes all data of the lab, after a question',
    },
    yes: { type: 'boolean', alias: 'y', describe: 'With --fresh: without a question' },
    heal: {
      type: 'boolean',
      describe: 'First repair what does not run, hangs or is cut off, and say what was repaired',
    },
    rejoin: {
      type: 'string',
      requiresArg: true,
      choices: ['hurried', 'natural'],
      defaultDescription: 'hurried',
      describe: 'How the old master comes back: helped by SENTINEL DEBUG, or at its own pace',
    },
    client,
    'max-outage': {
      type: 'string',
      requiresArg: true,
      describe: 'Fail if a client could not write for longer, such as 8s',
    },
    'max-writable': {
      type: 'string',
      requiresArg: true,
      describe: 'Fail if no node took writes for longer after the fault, such as 6s',
    },
    'max-lost': {
      type: 'string',
      requiresArg: true,
      describe: 'Fail if more acknowledged writes were lost, such as 0',
    },
    junit: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'Also write JUnit XML to this file',
    },
    report: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'Also write a page of HTML that shows what happened to this file',
    },
    lang,
    json,
  },
  pointless: (argv) => {
    const { yes, fresh, heal, junit, report: page, scenario = [], all, list } = argv;
    const named = [scenario].flat();
    const idle = ['all', 'fresh', 'heal', 'junit', 'report', 'rejoin'].filter((name) => argv[name]);
    const lacks = (names: readonly string[]) =>
      named.length > 0 && !names.some((name) => named.includes(name));
    return [
      [
        Boolean(list) && (named.length > 0 || idle.length > 0),
        `--list runs nothing. Leave it out, or ${[...named, ...idle.map((name) => `--${name}`)].join(', ')}.`,
      ],
      [
        Boolean(all) && named.length > 0,
        `--all is every scenario. Leave it out, or ${named.join(', ')}.`,
      ],
      ...randomPointless(argv, named),
      [Boolean(yes && !fresh), '--yes goes with --fresh.'],
      [
        Boolean(heal && fresh),
        '--fresh begins anew, so that --heal finds nothing to repair. Leave one out.',
      ],
      [
        argv['lang'] !== undefined && page === undefined,
        '--lang is the language of the page: it goes with --report.',
      ],
      [
        junit !== undefined && page !== undefined && isSame(junit, page),
        '--junit and --report name the same file. Name two.',
      ],
      mismatch('junit', junit, ['xml'], 'what CI reads'),
      mismatch('report', page, ['html'], 'the page'),
      ...(
        [
          ['rejoin', FAIL_OVER],
          ['max-writable', FAIL_OVER],
          ['max-outage', MEASURE],
          ['max-lost', MEASURE],
          ['client', MEASURE],
        ] as const
      ).map(
        ([name, names]): Pointless => [
          lacks(names) && [argv[name] ?? []].flat().length > 0,
          `--${name} is for ${names.join(', ')}: none is among the scenarios. Add one, or leave the option out.`,
        ],
      ),
    ];
  },
});

/** What goes with `--random` only, and what does not go with it. */
function randomPointless(argv: Record<string, unknown>, named: readonly unknown[]): Pointless[] {
  const { random, seed, minutes, step, repeat } = argv;
  const steps = [step ?? []].flat();
  const own = [
    ...(seed === undefined ? [] : ['--seed']),
    ...(minutes === undefined ? [] : ['--minutes']),
    ...(steps.length === 0 ? [] : ['--step']),
  ];
  const others = [
    'all',
    'heal',
    'junit',
    'report',
    'rejoin',
    'max-outage',
    'max-writable',
    'max-lost',
    'client',
  ];
  const strange = [
    ...named.map(String),
    ...others.filter((name) => [argv[name] || []].flat().length > 0).map((name) => `--${name}`),
    ...(repeat === '1' ? [] : ['--repeat']),
  ];
  return [
    [!random && own.length > 0, `${own.join(', ')}: for --random. Add it, or leave them out.`],
    [
      Boolean(random) && strange.length > 0,
      `--random chooses its faults itself. Leave it out, or ${strange.join(', ')}.`,
    ],
    [
      steps.length > 0 && own.length > 1,
      '--step says which faults come. Leave it out, or --seed and --minutes.',
    ],
  ];
}

/** Words that need no explanation. */
function wordsOf(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map((word) => [word, '']));
}

function isSame(one: unknown, another: unknown): boolean {
  return path.resolve(String(one)) === path.resolve(String(another));
}

export const experiment = live(
  'experiment',
  async () => (await import('../live/experiment.js')).experiment,
  {
    describe: 'Run scenarios many times with settings that vary, and make a data set of it',
    hasManyLabs: true,
    positionals: {
      plan: {
        type: 'string',
        optional: true,
        completes: 'files',
        describe: 'A YAML file with vary, scenarios, servers, clients, set, spec, repeat, backend',
      },
    },
    options: {
      ...specOptions,
      vary: {
        ...words,
        defaultDescription: 'nothing',
        completes: 'keys',
        describe: 'A key with its values in turn: --vary sentinel.downAfter=500ms,1s',
      },
      scenario: {
        ...words,
        defaultDescription: 'those of the plan',
        completes: wordsOf(MEASURE),
        describe: `What is done to the lab: ${MEASURE.join(', ')}`,
      },
      server: {
        ...words,
        defaultDescription: 'the one of the lab',
        completes: 'files',
        describe: 'A program of a server, by its whole path; more of them are run in turn',
      },
      client,
      repeat: {
        type: 'string',
        requiresArg: true,
        defaultDescription: '10',
        describe: 'Runs of each combination; more of them go on where fewer have ended',
      },
      jobs: {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'as many as there are processors',
        describe: 'Runs side by side',
      },
      backend: {
        type: 'string',
        requiresArg: true,
        choices: [...BACKEND_NAMES],
        defaultDescription: 'local',
        describe: 'What runs the nodes',
      },
      'own-network': ownNetwork,
      rejoin: {
        type: 'string',
        requiresArg: true,
        choices: ['natural', 'hurried'],
        defaultDescription: 'natural',
        describe: 'How the old master comes back: at its own pace, or helped by SENTINEL DEBUG',
      },
      folder: {
        type: 'string',
        requiresArg: true,
        defaultDescription: 'experiment',
        completes: 'folders',
        describe: 'Where everything goes; one that was interrupted goes on there',
      },
      lang,
      json,
    },
    pointless: ({ plan, scenario }) => [
      [
        plan === undefined && [scenario ?? []].flat().length === 0,
        `An experiment needs a plan or a scenario: redis-lab experiment --scenario failover --vary sentinel.downAfter=1s,5s`,
      ],
    ],
  },
);

export const report = live('report', async () => (await import('../live/report.js')).report, {
  describe: 'Show a saved result of verify --json as a page and as drawings',
  positionals: {
    result: {
      type: 'string',
      completes: 'files',
      describe: 'A file with what verify --json printed; -: what is piped in',
    },
  },
  readsFile: true,
  options: {
    file: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'Write the page to this file [default, without --svg: standard output]',
    },
    svg: {
      type: 'string',
      requiresArg: true,
      completes: 'folders',
      describe: 'Write drawings for slides to this folder',
    },
    lang: { ...lang, default: 'en', describe: `Language: ${languagesOf('report').join(', ')}` },
  },
  pointless: ({ file, svg }) => [
    mismatch('file', file, ['html'], 'the page'),
    noFolder('svg', svg, 'all drawings'),
  ],
});
