/**
 * Which backend runs a lab: whoever brought it up with one need not name it again until the lab is down.
 * Kept in this user's state folder, `.backends/NAME`; no lab can have a name that begins like this.
 */
import path from 'node:path';
import { BACKEND_NAMES, type BackendName } from '../../backends/backend.js';
import type { Lab } from '../../lab.js';
import type { OnProgress } from '../../progress.js';
import { Folder } from '../../workspace/folder.js';
import { stateHome } from '../../workspace/homes.js';

/** Undefined where nothing is remembered. */
export function rememberedBackend(lab: string): BackendName | undefined {
  const name = folder().read(lab)?.content?.toString('utf8').trim();
  return BACKEND_NAMES.find((each) => each === name);
}

export function rememberBackend(lab: string, backend: BackendName): void {
  if (backend === 'local') forgetBackend(lab, undefined);
  else if (rememberedBackend(lab) !== backend) folder().replace(lab, `${backend}\n`, 0o600);
}

/** Forgets it, if it is this one; undefined: whichever it is. */
export function forgetBackend(lab: string, backend: BackendName | undefined): void {
  const remembered = rememberedBackend(lab);
  if (remembered === undefined || (backend !== undefined && remembered !== backend)) return;
  const kept = folder();
  kept.remove(lab);
  kept.removeEmptyRoot();
  new Folder(stateHome()).removeEmptyRoot();
}

/** What came to nothing is not remembered; what may have left something is, so that `down` finds it. */
export async function forgetIfGone(lab: Lab, backend: BackendName): Promise<void> {
  if (backend !== rememberedBackend(lab.model.name)) return;
  const state = await lab
    .attach({ backend })
    .then(async (running) => (await running.status()).state)
    .catch(() => undefined);
  if (state === 'absent') forgetBackend(lab.model.name, backend);
}

/** Before anything is made: whoever is killed from there on leaves something to be found again. */
export function remembering(lab: Lab, backend: BackendName, onProgress: OnProgress): OnProgress {
  return (event) => {
    if (event.kind === 'phase' && event.phase === 'files' && event.state === 'begun') {
      if (backend !== 'local') rememberBackend(lab.model.name, backend);
    }
    onProgress(event);
  };
}

function folder(): Folder {
  return new Folder(path.join(stateHome(), '.backends'));
}
