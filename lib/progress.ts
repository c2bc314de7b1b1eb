/** Progress of long calls. */
import type { ProgressEvent } from './progress/types.generated.js';

export type { ProgressEvent, UpPhase as Phase } from './progress/types.generated.js';

/** Called for each event, as it happens. If it throws, so does the call. */
export type OnProgress = (event: ProgressEvent) => void;
