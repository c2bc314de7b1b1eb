/** What is told of a lab as it happens. */
import type { ProgressEvent } from '../progress.js';
import type { Happening } from './types.generated.js';

export type { Call, Change, Happening, LabEvent } from './types.generated.js';

const PROGRESS: Readonly<Record<ProgressEvent['kind'], true>> = {
  phase: true,
  note: true,
  scenario: true,
  waiting: true,
  assertion: true,
};

/** Whether an event is what a call tells of its progress. */
export function isProgress(event: Happening): event is ProgressEvent {
  return Object.hasOwn(PROGRESS, event.kind);
}
