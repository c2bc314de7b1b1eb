/** The command that checks configurations that somebody wrote. */
import { languagesOf } from '../../render/languages.js';
import { json, live } from './live.js';

export const check = live('check', async () => (await import('../live/check.js')).check, {
  describe: 'Show what is wrong with a redis.conf, a sentinel.conf, or those of a whole lab',
  positionals: {
    file: {
      type: 'string',
      optional: true,
      many: true,
      completes: 'files',
      describe:
        'Files or folders: redis.conf, sentinel.conf, aclfiles, systemd units; NODE=FILE: whose it is; -: what is piped in',
    },
  },
  readsFile: true,
  ownVersion: true,
  options: {
    engine: {
      type: 'string',
      requiresArg: true,
      choices: ['redis', 'valkey'],
      defaultDescription: 'both',
      describe: 'Which server reads the files',
    },
    version: {
      type: 'string',
      requiresArg: true,
      describe: 'Which version of it, such as 7.2 [default: those that are supported longest]',
    },
    kind: {
      type: 'string',
      requiresArg: true,
      choices: ['redis', 'sentinel', 'acl', 'unit'],
      defaultDescription: 'by content and name',
      describe: 'What the files are',
    },
    lang: {
      type: 'string',
      requiresArg: true,
      choices: languagesOf('check'),
      default: 'en',
      describe: 'The language',
    },
    explain: {
      type: 'string',
      requiresArg: true,
      describe: 'Print a page on one rule, by its code',
    },
    fix: {
      type: 'boolean',
      describe: 'Show what can be mended for certain, as a diff; change nothing',
    },
    write: {
      type: 'boolean',
      describe: 'With --fix: mend it, and show what is left; of -, print the mended text',
    },
    sarif: { type: 'boolean', describe: 'The result as SARIF, for editors and code hosts' },
    json,
  },
  pointless: ({ file = [], explain, sarif, json: asJson, fix, write }) => [
    [
      explain !== undefined && [file].flat().length > 0,
      '--explain prints a page on a rule and checks no file. Leave one out.',
    ],
    [Boolean(write && !fix), '--write goes with --fix.'],
    [
      Boolean(fix && explain),
      '--explain prints a page on a rule and mends no file. Leave one out.',
    ],
    [Boolean(fix && sarif), '--sarif has the fixes of each finding anyway. Leave --fix out.'],
    [
      Boolean(fix && asJson && !write),
      '--json has the edits of each finding anyway. Leave --fix out, or add --write.',
    ],
    [Boolean(sarif && asJson), '--sarif and --json are two formats. Leave one out.'],
    [
      explain === undefined && [file].flat().length === 0,
      'Name a file or a folder: redis-lab check redis.conf sentinel.conf',
    ],
  ],
});
