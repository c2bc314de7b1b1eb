/** What a long call tells while it is at work. */
import type { Coded, MessageValues } from './report/messages.js';
import type { Assertion, ScenarioResult } from './report/types.generated.js';

/** A part of bringing a lab up, in this order; `proof` is the last. */
export type Phase = 'preflight' | 'files' | 'start' | 'ready' | 'proof';

/** One thing that a call tells of its progress. */
export type ProgressEvent =
  /** A phase of `up` begins, goes on (`text` says with what), or is done (`text` says with what result). */
  | {
      readonly kind: 'phase';
      readonly phase: Phase;
      readonly state: 'begun' | 'detail' | 'done';
      readonly text: string;
      /** What it says by codes, where it has some. */
      readonly codes?: readonly Coded[];
    }
  /** Something that the user should know once. */
  | { readonly kind: 'note'; readonly text: string }
  | {
      readonly kind: 'scenario';
      readonly state: 'begun';
      readonly name: string;
      readonly run: number;
      readonly runs: number;
    }
  | {
      readonly kind: 'scenario';
      readonly state: 'done';
      readonly name: string;
      readonly run: number;
      readonly runs: number;
      readonly result: ScenarioResult;
    }
  /** What a scenario waits for now. */
  | {
      readonly kind: 'waiting';
      readonly scenario: string;
      readonly code: string;
      readonly values: MessageValues;
      readonly text: string;
    }
  | { readonly kind: 'assertion'; readonly scenario: string; readonly assertion: Assertion };

/** Called for each event, as it happens. What it throws, the call throws. */
export type OnProgress = (event: ProgressEvent) => void;
