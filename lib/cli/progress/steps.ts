/** The steps of a long call, as far as they are known beforehand. */
import { say } from '../../render/texts.js';
import type { Speech } from '../../report/speech.js';

export interface Step {
  /** A phase, `lab` for all phases of bringing it up, `scenario NAME`, or `runs` for all runs. */
  readonly key: string;
  readonly title: string;
  /** Whether the others go on where this one fails. */
  readonly mayFail: boolean;
}

/** What the steps are, once it is known in which language. */
export type Steps = (speech: Speech) => readonly Step[];

const PHASES = ['preflight', 'files', 'start', 'ready'] as const;

/** The phases of `up`. */
export const UP_STEPS: Steps = ({ t }) =>
  PHASES.map((key) => ({ key, title: t.steps[key], mayFail: false }));

/** Waiting until a lab that was mended is whole again. */
export const READY_STEPS: Steps = (speech) => UP_STEPS(speech).filter(({ key }) => key === 'ready');

interface Proof {
  readonly repeat: number;
  /** Whether the lab does not run yet. */
  readonly bringsUp: boolean;
}

/** The scenarios; many runs of them are one step. */
export function proofSteps(names: readonly string[], { repeat, bringsUp }: Proof): Steps {
  return ({ t: { steps } }) => {
    const scenarios = names.join(', ');
    if (repeat > 1) {
      const title = say(steps.proveOften, { scenarios, count: repeat });
      return [{ key: 'runs', title, mayFail: true }];
    }
    return [
      ...(bringsUp ? [{ key: 'lab', title: steps.lab, mayFail: false }] : []),
      ...names.map((name) => ({
        key: `scenario ${name}`,
        title: say(steps.prove, { scenarios: name }),
        mayFail: true,
      })),
    ];
  };
}
