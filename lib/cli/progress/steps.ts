/** The steps of a long call, as far as they are known beforehand. */
import type { Phase } from '../../progress.js';

export interface Step {
  /** A phase, `lab` for all phases of bringing it up, `scenario NAME`, or `runs` for all runs. */
  readonly key: string;
  readonly title: string;
  /** Whether the others go on where this one fails. */
  readonly mayFail: boolean;
}

const PHASES: readonly (readonly [Phase, string])[] = [
  ['preflight', 'Look at what is here'],
  ['files', 'Write the files'],
  ['start', 'Start Redis and Sentinel'],
  ['ready', 'Wait until the lab is ready'],
];

/** The phases of `up`. */
export const UP_STEPS: readonly Step[] = PHASES.map(([key, title]) => ({
  key,
  title,
  mayFail: false,
}));

/** Waiting until a lab that was mended is whole again. */
export const READY_STEPS: readonly Step[] = UP_STEPS.filter(({ key }) => key === 'ready');

export interface Proof {
  readonly repeat: number;
  /** Whether the lab does not run yet. */
  readonly bringsUp: boolean;
}

/** The scenarios; many runs of them are one step. */
export function proofSteps(
  scenarios: readonly string[],
  { repeat, bringsUp }: Proof,
): readonly Step[] {
  if (repeat > 1) {
    return [
      { key: 'runs', title: `Prove ${scenarios.join(', ')}, ${repeat} times`, mayFail: true },
    ];
  }
  return [
    ...(bringsUp ? [{ key: 'lab', title: 'Bring the lab up', mayFail: false }] : []),
    ...scenarios.map((name) => ({
      key: `scenario ${name}`,
      title: `Prove ${name}`,
      mayFail: true,
    })),
  ];
}
