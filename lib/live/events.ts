/** Events of a lab. */
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

/** Whether an event is the progress of a call. */
export function isProgress(event: Happening): event is ProgressEvent {
  return Object.hasOwn(PROGRESS, event.kind);
}
