/** The shape of what a long call tells of its progress. */
import * as v from 'valibot';
import {
  assertion,
  called,
  coded,
  is,
  list,
  messageValues,
  scenarioResult,
  text,
  whole,
} from '../report/schema.js';

const phase = called(
  'UpPhase',
  'A part of bringing a lab up, in this order; `proof` is the last.',
  v.picklist(['preflight', 'files', 'start', 'ready', 'proof']),
);

const codes = v.exactOptional(list(coded, 'What it says by codes, where it has some.'));

const SCENARIO = {
  name: text('Of the scenario.'),
  run: whole('1, 2, …', 1),
  runs: whole('How many there will be.', 1),
};

export const progressSchema = called(
  'ProgressEvent',
  'One thing that a call tells of its progress.',
  v.union([
    is(
      v.object({
        kind: is(v.literal('phase'), 'What kind of event it is.'),
        phase,
        state: is(v.picklist(['begun', 'detail', 'done']), 'How far it is.'),
        text: text('With what it goes on, or what came of it.'),
        codes,
      }),
      'A phase of `up` begins, goes on, or is done.',
    ),
    is(
      v.object({
        kind: is(v.literal('note'), 'What kind of event it is.'),
        text: text('A sentence.'),
        codes,
      }),
      'Something that the user should know once.',
    ),
    is(
      v.object({
        kind: is(v.literal('scenario'), 'What kind of event it is.'),
        state: is(v.literal('begun'), 'How far it is.'),
        ...SCENARIO,
      }),
      'A scenario begins.',
    ),
    is(
      v.object({
        kind: is(v.literal('scenario'), 'What kind of event it is.'),
        state: is(v.literal('done'), 'How far it is.'),
        ...SCENARIO,
        result: is(scenarioResult, 'What it found out.'),
      }),
      'A scenario is over.',
    ),
    is(
      v.object({
        kind: is(v.literal('waiting'), 'What kind of event it is.'),
        scenario: text('Its name.'),
        code: text('Of the claim.'),
        values: is(messageValues, 'What its text is filled with.'),
        text: text('The claim.'),
      }),
      'What a scenario waits for now.',
    ),
    is(
      v.object({
        kind: is(v.literal('assertion'), 'What kind of event it is.'),
        scenario: text('Its name.'),
        assertion: is(assertion, 'The claim, and whether it held.'),
      }),
      'A claim was looked at.',
    ),
  ]),
);
