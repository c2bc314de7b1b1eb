/** How a lab is found, before anything is done to it. */
import type { Backend, BackendStatus } from '../backends/backend.js';
import type { LabModel } from '../model/model.js';
import type { Message } from '../report/messages.js';
import { withCauses } from './causes.js';
import type { Flaw } from './health.js';
import { Observer } from './observe.js';
import { settledLook } from './whole.js';

/**
 * Everything that is wrong with a lab of which something runs; nothing: it is whole. What is on its way to being right is
 * waited for; what does not run, stands still or is cut off is not.
 */
export async function flawsFound(
  backend: Backend,
  lab: LabModel,
  there: BackendStatus,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onWaiting?: (flaw: Message) => void;
  },
): Promise<readonly Flaw[]> {
  const observer = new Observer(lab);
  try {
    const { flaws } = await settledLook(lab, observer, { ...options, there });
    return await withCauses(flaws, backend);
  } finally {
    observer.close();
  }
}
