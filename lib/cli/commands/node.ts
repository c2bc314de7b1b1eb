/** Commands for a node of a lab, or each of them. */
import { allFaults } from '../../faults/registry.js';
import { labOptions, type Positional } from '../command.js';
import { json, live } from './live.js';

const node: Positional = {
  type: 'string',
  completes: 'node',
  describe: 'A node, such as slave1; @master, @replica: the node that is that now',
};
const nodeOrAll: Positional = {
  ...node,
  completes: 'node or all',
  describe: `${node.describe}; @all: each of them`,
};

export const fault = live('fault', async () => (await import('../live/fault.js')).fault, {
  describe: 'Break a node by hand',
  positionals: {
    kind: {
      type: 'string',
      completes: Object.fromEntries(allFaults().map(({ kind, describe }) => [kind, describe])),
      describe: allFaults()
        .map(({ kind, describe }) => `${kind}: ${describe}`)
        .join('. '),
    },
    node: {
      ...node,
      optional: true,
      describe: `${node.describe}; several with commas between [default: @master]`,
    },
  },
  options: {
    ...labOptions,
    from: {
      type: 'string',
      requiresArg: true,
      completes: 'node',
      describe: 'partition, slow: the other end, nodes with commas between [default: all others]',
    },
    'one-way': {
      type: 'string',
      requiresArg: true,
      completes: { in: 'what it is sent', out: 'what it sends' },
      describe: 'partition, slow: only what comes in to the node, or goes out from it',
    },
    traffic: {
      type: 'string',
      requiresArg: true,
      completes: { all: '', sentinel: 'what Sentinels send to its Redis server' },
      describe:
        "partition: all, or only what Sentinels, the node's own too, send to its Redis server [default: all]",
    },
    delay: {
      type: 'string',
      requiresArg: true,
      describe: 'slow: how late each packet arrives, on either way, such as 200ms',
    },
    jitter: {
      type: 'string',
      requiresArg: true,
      describe: 'slow: by how much --delay varies, such as 20ms',
    },
    loss: {
      type: 'string',
      requiresArg: true,
      describe: 'slow: how many packets are lost on either way, such as 5%',
    },
    rate: {
      type: 'string',
      requiresArg: true,
      describe: 'slow: how much passes on either way, such as 1mbit',
    },
    for: {
      type: 'string',
      requiresArg: true,
      describe: 'Wait so long, then undo it, such as 30s; Ctrl-C undoes it at once',
    },
    json,
  },
});

export const logs = live('logs', async () => (await import('../live/logs.js')).logs, {
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
    sentinel: { type: 'boolean', describe: 'Only the events that the Sentinels tell' },
    since: {
      type: 'string',
      requiresArg: true,
      describe: 'Only what was said later than so long ago, such as 10m',
    },
    follow: { type: 'boolean', alias: 'f', describe: 'Go on with what they say, until Ctrl-C' },
    tail: { type: 'string', requiresArg: true, describe: 'Only the last so many lines of each' },
  },
  pointless: ({ tail, follow, sentinel, service }) => [
    [
      Boolean(sentinel) && service !== undefined,
      '--sentinel shows events of the Sentinels only. Leave --service out.',
    ],
    [Number(tail) === 0 && !follow, '--tail 0 shows nothing: it goes with --follow.'],
  ],
});

export const exec = live('exec', async () => (await import('../live/exec.js')).exec, {
  describe: 'Run a command on a node: all words after its name, with or without a -- between',
  positionals: { node: { ...nodeOrAll, completes: 'machine or all' } },
  passesOn: 'command..',
  attached: true,
  options: labOptions,
});

export const ssh = live('ssh', async () => (await import('../live/exec.js')).ssh, {
  describe: 'Open a shell on a node',
  positionals: { node: { ...node, completes: 'machine' } },
  attached: true,
  options: labOptions,
});
