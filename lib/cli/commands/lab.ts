/** Commands for a lab as a whole. */
import { labOptions, ownNetwork } from '../command.js';
import { json, live, unlessAbsent } from './live.js';

export const up = live('up', async () => (await import('../live/up.js')).up, {
  describe: 'Bring the lab up, until it is ready and proven',
  options: {
    ...labOptions,
    'own-network': ownNetwork,
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
    verbose: {
      type: 'boolean',
      alias: 'v',
      describe: 'Tell all of the proof: each claim, the timeline, the account of the writes',
    },
    json,
  },
  pointless: ({ build, vm, verbose, verify, json: asJson, backend = 'auto' }) => [
    [
      Boolean(verbose) && verify === false,
      '-v tells all of the proof, which --no-verify leaves out.',
    ],
    [Boolean(verbose && asJson), '-v tells in words what --json has anyway. Leave one out.'],
    [Boolean(build && vm), '--build is for the backend local, and --vm for incus. Leave one out.'],
    [
      Boolean(build && !vm) && !['auto', 'local'].includes(String(backend)),
      `--build is for the backend local; with ${backend} the nodes build what is described by themselves (redis.install: source). Leave it out, or take --backend local.`,
    ],
  ],
});

export const list = live('list', async () => (await import('../live/list.js')).list, {
  describe: 'Show your labs: what runs each, whether it runs, where its files are',
  options: { json },
});

export const status = unlessAbsent(
  live('status', async () => (await import('../live/status.js')).status, {
    describe: 'Show who runs, who follows whom, and what each Sentinel sees',
    options: {
      ...labOptions,
      watch: {
        type: 'boolean',
        alias: 'w',
        describe: 'Go on, with all that happens, until Ctrl-C',
      },
      interval: {
        type: 'string',
        requiresArg: true,
        defaultDescription: '1s',
        describe: 'How often --watch looks again',
      },
      json,
    },
    pointless: ({ interval, watch }) => [
      [interval !== undefined && !watch, '--interval goes with --watch.'],
    ],
  }),
);

export const heal = live('heal', async () => (await import('../live/heal.js')).heal, {
  describe: 'Undo every fault, start what should run, wait until the lab is ready',
  options: { ...labOptions, json },
});

export const connect = live('connect', async () => (await import('../live/connect.js')).connect, {
  describe: 'Show how a client of your own gets in: addresses, and the file with the password',
  options: { ...labOptions, json },
});

export const stop = live('stop', async () => (await import('../live/end.js')).stop, {
  describe: 'End all services and keep their data',
  options: { ...labOptions, json },
});

export const down = live('down', async () => (await import('../live/end.js')).down, {
  describe: 'End all services and remove all that up made',
  options: { ...labOptions, json },
});
