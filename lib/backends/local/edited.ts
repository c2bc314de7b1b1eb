/** The live configurations of a lab of processes, beside what redis-lab wrote. */
import type { Guard } from '../../model/secret.js';
import { type Editing, editing } from '../edited.js';
import { editsIn } from '../live-config.js';
import { servicesOf } from '../services.js';
import type { LabPaths } from './paths.js';
import { readState } from './state.js';
import { liveConfiguration } from './trust.js';

/** Nothing is asked of a server here, so no password is sent. */
const guard: Guard = { known: () => undefined, check: async () => undefined };

/**
 * Undefined where there is no lab of this name here.
 * @throws WorkspaceError where its files cannot be read
 */
export function editedConfigurations(paths: LabPaths): Editing | undefined {
  const state = readState(paths);
  if (!state?.prepared) return undefined;
  const files = servicesOf(state.lab).map((each) => {
    const { file, text, expected } = liveConfiguration({ paths, guard }, state, each);
    const { written } = expected;
    const edits = editsIn(text, expected);
    return { file, node: each.node.name, kind: each.service, text, written, edits };
  });
  return editing(files, state.server);
}
