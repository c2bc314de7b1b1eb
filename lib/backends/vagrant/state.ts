/** The saved state of a lab of virtual machines: `state.json` in its folder. */
import path from 'node:path';
import * as v from 'valibot';
import type { Folder } from '../../workspace/folder.js';
import { format, lab, readSaved, server } from '../saved.js';
import { STATE } from './paths.js';

const schema = v.object({
  format,
  /** Digest of the description. */
  description: v.string(),
  provider: v.picklist(['virtualbox', 'libvirt']),
  /** As it runs. */
  lab,
  /** Nodes whose machines a call has begun to make that has not ended. */
  making: v.pipe(v.array(v.string()), v.readonly()),
  /** Undefined until the first `up` has succeeded. */
  server: v.optional(server),
});

export type State = Readonly<v.InferOutput<typeof schema>>;

/** As Vagrant calls it. */
export type Provider = State['provider'];

/**
 * Undefined if the lab is not up.
 * @throws WorkspaceError if the state is damaged, or a newer redis-lab wrote it
 */
export function readState(folder: Folder): State | undefined {
  if (!folder.isOwn()) return undefined;
  const found = folder.read(STATE);
  if (!found) return undefined;
  return readSaved(schema, found.content?.toString('utf8') ?? '', {
    where: `${folder.root}/${STATE}`,
    name: path.basename(folder.root),
    otherwise:
      'Take the lab down (redis-lab down --backend vagrant), which also works without it, and bring it up again.',
  });
}

/** Undefined also for a damaged state: `down` works without one. */
export function stateIfAny(folder: Folder): State | undefined {
  try {
    return readState(folder);
  } catch {
    return undefined;
  }
}

export function writeState(folder: Folder, state: State): void {
  folder.replace(STATE, `${JSON.stringify(state, null, 1)}\n`, 0o600);
}
