/** The schema of events: the lines of `status --watch --json`. */
import * as v from 'valibot';
import { progressSchema } from '../progress/schema.js';
import {
  at,
  called,
  is,
  labState,
  messageValues,
  role,
  serverState,
  someText,
  statusSchema,
  text,
  whole,
} from '../report/schema.js';

const call = called(
  'Call',
  'A call that changes a lab, or waits for it.',
  v.picklist(['up', 'ready', 'verify', 'fault', 'heal', 'stop', 'down']),
);

/** An event of one kind, with its keys. */
const event = <K extends string, T extends v.ObjectEntries>(
  kind: K,
  description: string,
  entries: T,
) =>
  is(v.object({ kind: is(v.literal(kind), 'What kind of event it is.'), ...entries }), description);

const node = text('Name of the node.');

const change = called(
  'Change',
  'What one look at the lab showed that the look before it did not.',
  v.union([
    event('lab', 'The state of the lab as a whole.', {
      state: is(labState, 'Now.'),
      before: is(labState, 'At the look before.'),
    }),
    event(
      'master',
      "The node that all Sentinels take for the master; null: they don't agree, or none answers.",
      {
        node: someText('Now.'),
        before: someText('At the look before.'),
      },
    ),
    event('service', 'A service started, ended, hangs, or answers no more (`silent`).', {
      node,
      service: is(v.picklist(['redis', 'sentinel']), 'Which of its two servers.'),
      state: serverState,
      before: serverState,
    }),
    event('role', 'A Redis server says of itself that it is something else than it last said.', {
      node,
      role: is(role, 'Now.'),
      before: is(role, 'As it last said.'),
    }),
    event('link', 'The link of a replica to the master that it follows.', {
      node,
      state: is(v.picklist(['up', 'down']), 'Now.'),
      follows: someText('Node, or `host:port` outside the lab.'),
    }),
    event('problem', 'Something is not as it should be, or is so again.', {
      state: is(v.picklist(['came', 'gone']), 'Whether it is there now.'),
      code: text('What it is known by: `servers.redis-silent`.'),
      values: is(messageValues, 'What its text is filled with.'),
      text: text('A sentence.'),
    }),
  ]),
);

const happening = called(
  'Happening',
  'What happened to a lab that is watched.',
  v.union([
    change,
    event(
      'status',
      'All that one look showed: the first, and each that differs from the one before.',
      {
        status: statusSchema,
      },
    ),
    event(
      'unreadable',
      'The lab cannot be looked at; it is tried again. A `status` follows when it can.',
      {
        exitCode: at('As of the command that would fail so.'),
        text: text('Why.'),
      },
    ),
    event('sentinel', 'What a Sentinel published.', {
      node,
      event: text('`+sdown`, `+switch-master`, …'),
      text: text('What it said besides.'),
    }),
    event(
      'hearing',
      'From here on a Sentinel is heard, or is not heard any more: what it publishes then is lost.',
      {
        node,
        state: is(v.picklist(['heard', 'lost']), 'From here on.'),
      },
    ),
    event('call', 'A call of this process on the lab.', {
      call,
      state: is(v.picklist(['begun', 'done', 'failed']), 'How far it is.'),
      fault: v.exactOptional(text('Its kind.')),
      node: v.exactOptional(node),
      text: text('Why it failed; else empty.'),
    }),
    progressSchema,
    event('dropped', 'The reader was so slow that events before this one were left out.', {
      count: whole('How many.', 1),
    }),
  ]),
);

export const eventSchema = called(
  'LabEvent',
  'Something that happened to a lab, when, and to which: a line of `status --watch --json`.',
  v.intersect([
    happening,
    v.object({
      lab: text('Name of the lab.'),
      at: at('Milliseconds of `performance.now()`, for differences.'),
      time: text('The same moment on the wall clock: ISO 8601, UTC.'),
    }),
  ]),
);
