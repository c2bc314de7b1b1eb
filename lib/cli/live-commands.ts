/**
 * The commands of a running lab, as the command line and its help know them. What they do is loaded
 * when one is run: it brings clients and programs that `generate` must not wait for.
 */

import { EXIT } from '../errors.js';
import { allFaults } from '../faults/registry.js';
import { languagesOf } from '../render/languages.js';
import { IN_UP, SCENARIO_NAMES } from '../scenarios/names.js';
import { PREFERRED } from '../spec/backends.js';
import { toldAbsent } from './absent.js';
import { type Command, labOptions, type Positional, specOptions } from './command.js';

const node: Positional = {
  type: 'string',
  describe: 'A node, such as slave1; @master, @replica: the node that is that now',
};
const nodeOrAll: Positional = { ...node, describe: `${node.describe}; @all: each of them` };
const lang = {
  type: 'string',
  requiresArg: true,
  default: 'en',
  describe: `Language of the page: ${languagesOf('report').join(', ')}`,
} as const;
const json = { type: 'boolean', describe: 'The result as JSON' } as const;

type Run = Command['run'];

/** `load` gives what it does. Its file is a part of its own of the executable: see `.ci/build.ts`. */
function live(
  name: string,
  load: () => Promise<Run>,
  command: Omit<Command, 'name' | 'run'>,
): Command {
  return { name, ...command, run: async (argv, signal) => (await load())(argv, signal) };
}

/** Nothing is loaded to say that a lab is nowhere. */
function unlessAbsent(command: Command): Command {
  return {
    ...command,
    run: async (argv, signal) => ((await toldAbsent(argv)) ? EXIT.no : command.run(argv, signal)),
  };
}

export const liveCommands: readonly Command[] = [
  live('up', async () => (await import('./live/up.js')).up, {
    describe: 'Bring the lab up, until it is ready and proven',
    options: {
      ...labOptions,
      yes: {
        type: 'boolean',
        alias: 'y',
        describe: 'Install what is missing, and with --fresh wipe what is there, without asking',
      },
      // yargs knows `--no-verify` as the negation of this.
      verify: {
        type: 'boolean',
        default: true,
        describe: 'Prove replication and failover; --no-verify stops at ready',
      },
      build: {
        type: 'boolean',
        describe: 'Build the described version from source first, if this machine has another',
      },
      fresh: {
        type: 'boolean',
        describe:
          'Begin anew: wipes data, logs and live configurations, after a question at a terminal',
      },
      json,
    },
  }),
  live('doctor', async () => (await import('./live/doctor.js')).doctor, {
    describe: 'Show what this machine has and lacks for a lab, each with the fix',
    options: {
      ...specOptions,
      backend: {
        ...labOptions.backend,
        choices: PREFERRED,
        defaultDescription: 'all of them',
        describe: 'Only what matters for this one',
      },
      vm: labOptions.vm,
      fix: { type: 'boolean', describe: 'Fix what redis-lab can fix, after a question for each' },
      yes: { type: 'boolean', alias: 'y', describe: 'With --fix: without a question' },
      json,
    },
  }),
  live('list', async () => (await import('./live/list.js')).list, {
    describe: 'Show your labs: what runs each, whether it runs, where its files are',
    options: { json },
  }),
  unlessAbsent(
    live('status', async () => (await import('./live/status.js')).status, {
      describe: 'Show who runs, who follows whom, and what each Sentinel sees',
      options: {
        ...labOptions,
        watch: { type: 'boolean', alias: 'w', describe: 'Again and again, until Ctrl-C' },
        interval: {
          type: 'string',
          requiresArg: true,
          defaultDescription: '1s',
          describe: 'How often --watch looks again',
        },
        json,
      },
    }),
  ),
  live('verify', async () => (await import('./live/verify.js')).verify, {
    describe: 'Prove that the lab replicates and fails over',
    positionals: {
      scenario: {
        type: 'string',
        optional: true,
        many: true,
        describe: `${SCENARIO_NAMES.join(', ')} [default: ${IN_UP.join(', ')}]`,
      },
    },
    options: {
      ...labOptions,
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
        default: 'hurried',
        describe: 'How the old master comes back: helped by SENTINEL DEBUG, or at its own pace',
      },
      junit: { type: 'string', requiresArg: true, describe: 'Also write JUnit XML to this file' },
      report: {
        type: 'string',
        requiresArg: true,
        describe: 'Also write a page of HTML that shows what happened to this file',
      },
      lang,
      json,
    },
  }),
  live('report', async () => (await import('./live/report.js')).report, {
    describe: 'Show a saved result of verify --json as a page and as drawings',
    positionals: {
      result: {
        type: 'string',
        describe: 'A file with what verify --json printed; -: what is piped in',
      },
    },
    readsFile: true,
    options: {
      file: {
        type: 'string',
        requiresArg: true,
        describe: 'Write the page to this file [default, without --svg: standard output]',
      },
      svg: {
        type: 'string',
        requiresArg: true,
        describe: 'Write drawings for slides to this folder',
      },
      lang,
    },
  }),
  live('fault', async () => (await import('./live/fault.js')).fault, {
    describe: 'Break a node by hand',
    positionals: {
      kind: {
        type: 'string',
        describe: allFaults()
          .map(({ kind, describe }) => `${kind}: ${describe}`)
          .join('. '),
      },
      node,
    },
    options: { ...labOptions, json },
  }),
  live('heal', async () => (await import('./live/heal.js')).heal, {
    describe: 'Undo every fault, start what should run, wait until the lab is ready',
    options: { ...labOptions, json },
  }),
  live('logs', async () => (await import('./live/logs.js')).logs, {
    describe: 'Show what the services logged',
    positionals: { node: { ...nodeOrAll, optional: true } },
    options: {
      ...labOptions,
      service: {
        type: 'string',
        requiresArg: true,
        choices: ['redis', 'sentinel'],
        describe: 'Only this service',
      },
      follow: { type: 'boolean', alias: 'f', describe: 'Go on with what they say, until Ctrl-C' },
      tail: { type: 'string', requiresArg: true, describe: 'Only the last so many lines of each' },
    },
  }),
  live('exec', async () => (await import('./live/exec.js')).exec, {
    describe: 'Run a command on a node; it stands after --',
    positionals: { node: nodeOrAll },
    passesOn: 'command..',
    attached: true,
    options: labOptions,
  }),
  live('ssh', async () => (await import('./live/exec.js')).ssh, {
    describe: 'Open a shell on a node',
    positionals: { node },
    attached: true,
    options: labOptions,
  }),
  live('connect', async () => (await import('./live/connect.js')).connect, {
    describe: 'Show how a client of your own gets in: addresses, and the file with the password',
    options: { ...labOptions, json },
  }),
  live('stop', async () => (await import('./live/end.js')).stop, {
    describe: 'End all services and keep their data',
    options: { ...labOptions, json },
  }),
  live('down', async () => (await import('./live/end.js')).down, {
    describe: 'End all services and remove all that up made',
    options: { ...labOptions, json },
  }),
  live('cache', async () => (await import('./live/cache.js')).cache, {
    describe: 'Show, add to or clear the sources and builds that are kept here',
    positionals: {
      action: {
        type: 'string',
        optional: true,
        describe:
          'list: what is kept; add: take these files, all or none; clear: remove all but what a lab here runs on [default: list]',
      },
      file: {
        type: 'string',
        optional: true,
        many: true,
        describe:
          'Of add: the source of a known release or of the one described, or a finished NAME.build.tar.gz with its NAME.build.tar.gz.sha256 beside it',
      },
    },
    options: { ...specOptions, json },
  }),
  live('handout', async () => (await import('./live/handout.js')).handout, {
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
  }),
];
