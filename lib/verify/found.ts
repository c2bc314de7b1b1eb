/** How a lab is found, before anything is done to it. */
import type { BackendStatus } from '../backends/backend.js';
import type { LabModel } from '../model/model.js';
import { type Flaw, flaw, flawsOf } from './health.js';
import { Observer } from './observe.js';
import { settledLook } from './whole.js';

/**
 * Everything that is wrong with a lab of which something runs; nothing: it is whole. What comes right by itself within
 * seconds, such as a link that is just being made, is waited for; what does not run, stands still or is cut off is not.
 */
export async function flawsFound(
  lab: LabModel,
  there: BackendStatus,
  signal: AbortSignal | undefined,
): Promise<readonly Flaw[]> {
  const broken = flawsOfServices(there);
  const observer = new Observer(lab);
  try {
    if (broken.length === 0) return (await settledLook(lab, observer, signal)).flaws;
    // That it does not answer is said already, with the cause.
    const others = flawsOf(lab, await observer.look()).filter(({ aspect }) => aspect !== 'servers');
    return [...broken, ...others];
  } finally {
    observer.close();
  }
}

/** What the backend sees of it. */
export function flawsOfServices({ services, partitioned = [] }: BackendStatus): Flaw[] {
  return [
    ...services.flatMap(({ node, service, state }) =>
      state === 'running'
        ? []
        : [flaw(`servers.${service}-${state === 'hung' ? 'hung' : 'stopped'}`, { node })],
    ),
    ...partitioned.map((node) => flaw('servers.cut-off', { node })),
  ];
}
