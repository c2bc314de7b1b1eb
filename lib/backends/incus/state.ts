/**
 * The saved state of a lab on a server. It is kept there, in the configuration of the lab's network, so that all users of the
 * server see the same lab, and nothing can get out of step.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { FORMAT, format, lab, readSaved, server } from '../saved.js';
import { LABEL } from './names.js';

const schema = v.object({ format, lab, server: v.optional(server) });

/** `lab` as it runs; `server` is undefined until the first `up` has succeeded. */
export type State = Readonly<Omit<v.InferOutput<typeof schema>, 'format'>>;

/** Compressed, because a model of a thousand nodes must fit into an argument (128 KiB). */
export function packed(state: State): string {
  return gzipSync(JSON.stringify({ format: FORMAT, ...state })).toString('base64');
}

/**
 * Undefined if nothing is saved.
 * @throws WorkspaceError if it is damaged, or a newer redis-lab wrote it
 */
export function unpacked(
  text: string | undefined,
  name: string,
  network: string,
): State | undefined {
  if (!text) return undefined;
  const { lab, server } = readSaved(schema, unzipped(text), {
    where: `What the server remembers of the lab ${name} (the key ${LABEL.state} of its network ${network})`,
    name,
    otherwise:
      'Take the lab down (redis-lab down --backend incus), which also works without it, and bring it up again.',
  });
  return { lab, server };
}

/** Empty if it cannot be unzipped, which {@link readSaved} refuses. */
function unzipped(text: string): string {
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: 50_000_000 });
    return json.toString('utf8');
  } catch {
    return '';
  }
}
