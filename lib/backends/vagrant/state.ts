/** What a lab of virtual machines remembers between two commands: `state.json` in its folder. */
import path from 'node:path';
import { WorkspaceError } from '../../errors.js';
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import { HOST_NAME } from '../../spec/schema.js';
import type { Folder } from '../../workspace/folder.js';
import type { RunningServer } from '../backend.js';
import { STATE } from './paths.js';

export interface State {
  /** Version of this format: 1. */
  readonly format: 1;
  /** `digestOf` the description. */
  readonly description: string;
  /** As Vagrant calls it. */
  readonly provider: Provider;
  /** As it runs. */
  readonly lab: LabModel;
  /** Nodes whose machines were begun to be made, by a call that has not come to its end. */
  readonly making: readonly string[];
  /** Undefined until the first `up` was done. */
  readonly server: RunningServer | undefined;
}

export const PROVIDERS = ['virtualbox', 'libvirt'] as const;

export type Provider = (typeof PROVIDERS)[number];

/**
 * Undefined if the lab was never up, or was taken down.
 * @throws WorkspaceError for what no redis-lab of this format wrote
 */
export function readState(folder: Folder): State | undefined {
  if (!folder.isOwn()) return undefined;
  const found = folder.read(STATE);
  if (!found) return undefined;
  const state = parse(found.content?.toString('utf8') ?? '');
  if (state?.lab.name === path.basename(folder.root)) return freeze(state);
  throw new WorkspaceError(
    `${folder.root}/${STATE} cannot be read: it is damaged, or another version of redis-lab wrote it. Take the lab down (redis-lab down --backend vagrant), which also works without it, and bring it up again.`,
  );
}

/** Damaged or not, `down` works. */
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

function parse(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as State;
    const sound =
      state.format === 1 &&
      typeof state.description === 'string' &&
      PROVIDERS.includes(state.provider) &&
      Array.isArray(state.making) &&
      state.lab.nodes.every(({ name }) => HOST_NAME.test(name)) &&
      typeof state.lab.sentinel.masterName === 'string';
    return sound ? state : undefined;
  } catch {
    return undefined;
  }
}
