/** Looking at the labs of a class: over as few questions and connections as the backend can do with. */
import type { LookedAt } from '../backends/backend.js';
import type { ClassesOfBackend } from '../backends/descriptor.js';
import { type BackendName, backendNamed } from '../backends/registry.js';
import { Lab } from '../lab/lab.js';
import { watch } from '../live/watch.js';
import { watchable } from '../live/watchable.js';
import type { LabModel } from '../model/model.js';
import type { LabStatus } from '../report/types.generated.js';
import { labStatus } from '../verify/status.js';
import { gate } from './each.js';

/** Where the labs are. */
export interface Place {
  readonly backend: BackendName;
  readonly described: LabModel;
  readonly classes: ClassesOfBackend;
}

/** The status of each lab; one that is not whole is asked more. */
export async function statusesIn(place: Place): Promise<(lab: LabModel) => Promise<LabStatus>> {
  const { backend, classes, described } = place;
  const looks = await classes.looks?.(described);
  return async (lab) => {
    const seen = looks && (await labStatus(lab, looks(lab)));
    if (seen && (seen.ready || seen.state === 'absent' || seen.state === 'stopped')) return seen;
    return (await new Lab(lab).attach({ backend })).status();
  };
}

interface Watching {
  /** Labs that are looked at at the same moment. */
  readonly atOnce: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** The events of each lab. */
export async function eventsIn(place: Place, { atOnce, ...options }: Watching) {
  const { backend, classes, described } = place;
  const looks = await classes.looks?.(described);
  const inTurn = gate(atOnce);
  return async (lab: LabModel) => {
    const at: LookedAt = looks ? looks(lab) : await backendNamed(backend, lab);
    const watched = watchable(lab, at);
    const look = () => inTurn(watched.look);
    return watch({ ...watched, look, isOneOfMany: true }, options);
  };
}
