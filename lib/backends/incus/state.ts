/**
 * What a lab on a server remembers between two commands. It is kept on the server, in the configuration of the
 * lab's network: whoever may use the server sees the same lab, and nothing can get out of step.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import { HOST_NAME } from '../../spec/schema.js';
import type { RunningServer } from '../backend.js';

export interface State {
  /** As it runs. */
  readonly lab: LabModel;
  /** Undefined until the first `up` was done. */
  readonly server: RunningServer | undefined;
}

/** One line of text; a model of a thousand nodes must fit into an argument (128 KiB). */
export function packed(state: State): string {
  return gzipSync(JSON.stringify(state)).toString('base64');
}

/** Undefined for what no redis-lab of this version wrote for that lab. */
export function unpacked(text: string | undefined, lab: string): State | undefined {
  if (!text) return undefined;
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: 50_000_000 });
    const state = JSON.parse(json.toString('utf8')) as State;
    const sound =
      state.lab.name === lab &&
      state.lab.nodes.every(({ name }) => HOST_NAME.test(name)) &&
      typeof state.lab.sentinel.masterName === 'string';
    return sound ? freeze(state) : undefined;
  } catch {
    return undefined;
  }
}
