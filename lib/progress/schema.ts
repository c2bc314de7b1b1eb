/** The schema of progress events. */
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

const codes = v.exactOptional(list(coded, 'The text as codes, where it has them.'));

const SCENARIO = {
  name: text('Of the scenario.'),
  run: whole('1, 2, …', 1),
  runs: whole('How many there will be.', 1),
};

export const progressSchema = called(
  'ProgressEvent',
  'How far a call is.',
  v.union([
    is(
      v.object({
        kind: is(v.literal('phase'), 'What kind of event it is.'),
        phase,
        state: is(v.picklist(['begun', 'detail', 'done']), 'How far it is.'),
        text: text('What it does now, or its result.'),
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
      'What a scenario is waiting for.',
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
