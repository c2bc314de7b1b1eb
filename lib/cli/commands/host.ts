/** Commands for this machine: what it has and lacks, what is kept on it. */
import { PREFERRED } from '../../backends/registry.js';
import { labOptions, specOptions } from '../command.js';
import { SHELLS } from '../shells.js';
import { json, live } from './live.js';

export const doctor = live('doctor', async () => (await import('../live/doctor.js')).doctor, {
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
    class: {
      type: 'string',
      requiresArg: true,
      describe: 'With incus: also whether the server has what so many labs of a class need',
    },
    roster: {
      type: 'string',
      requiresArg: true,
      completes: 'files',
      describe: 'The same for the students of this CSV file',
    },
    fix: { type: 'boolean', describe: 'Fix what redis-lab can fix, after a question for each' },
    yes: { type: 'boolean', alias: 'y', describe: 'With --fix: without a question' },
    report: {
      type: 'boolean',
      describe:
        'Also write redis-lab-report.md, to tell how it goes here: no names of yours are in it',
    },
    json,
  },
  pointless: ({ yes, fix, backend, class: count, roster }) => [
    [Boolean(yes && !fix), '--yes goes with --fix.'],
    [
      (count !== undefined || roster !== undefined) && backend !== 'incus',
      'A class is on a server of Incus or LXD: --backend incus.',
    ],
    [
      count !== undefined && roster !== undefined,
      '--class and --roster both say how many students there are. Leave one out.',
    ],
  ],
});

export const cache = live('cache', async () => (await import('../live/cache.js')).cache, {
  describe: 'Show, add to or clear the sources and builds that are kept here',
  positionals: {
    action: {
      type: 'string',
      optional: true,
      completes: { list: 'what is kept', add: 'take these files', clear: 'remove what is kept' },
      describe:
        'list: what is kept; add: take these files, all or none; clear: remove all but what a lab here runs on [default: list]',
    },
    file: {
      type: 'string',
      optional: true,
      many: true,
      completes: 'files',
      describe:
        'Of add: the source of a known release or of the one described, or a finished NAME.build.tar.gz with its NAME.build.tar.gz.sha256 beside it',
    },
  },
  options: { ...specOptions, json },
});

export const completion = live(
  'completion',
  async () => (await import('../live/completion.js')).completion,
  {
    describe: 'Print the completion script of a shell, for its source command',
    positionals: {
      shell: {
        type: 'string',
        optional: true,
        completes: { bash: 'source <(…)', zsh: 'source <(…)', fish: '… | source' },
        describe: `${SHELLS.join(', ')} [default: that of $SHELL]`,
      },
    },
    options: {},
  },
);
