/** What a long call tells while it is at work. */
import type { ProgressEvent } from './progress/types.generated.js';

export type { ProgressEvent, UpPhase as Phase } from './progress/types.generated.js';

/** Called for each event, as it happens. What it throws, the call throws. */
export type OnProgress = (event: ProgressEvent) => void;
