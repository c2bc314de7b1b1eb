/** The saved state of a lab of virtual machines: `state.json` in its folder. */
import path from 'node:path';
import * as v from 'valibot';
import type { LabModel } from '../../model/model.js';
import type { Folder } from '../../workspace/folder.js';
import type { RunningServer } from '../backend.js';
import { format, lab, readSaved, server } from '../saved.js';
import { STATE } from './paths.js';

export interface State {
  /** Version of this format: 1. */
  readonly format: 1;
  /** Digest of the description. */
  readonly description: string;
  /** As Vagrant calls it. */
  readonly provider: Provider;
  /** As it runs. */
  readonly lab: LabModel;
  /** Nodes whose machines were begun to be made, by a call that has not come to its end. */
  readonly making: readonly string[];
  /** Undefined until the first `up` was done. */
  readonly server?: RunningServer | undefined;
}

export const PROVIDERS = ['virtualbox', 'libvirt'] as const;

export type Provider = (typeof PROVIDERS)[number];

const schema = v.object({
  format,
  description: v.string(),
  provider: v.picklist(PROVIDERS),
  lab,
  making: v.array(v.string()),
  server: v.optional(server),
});

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
