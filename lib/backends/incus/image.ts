/** Which image the nodes are made of. */
import type { LabModel } from '../../model/model.js';
import type { Client, Kind } from './client.js';
import { errorOf } from './failure.js';

/** Ubuntu 24.04 with cloud-init, from where each has it: the images of linuxcontainers.org are closed to LXD. */
const UBUNTU: Record<Kind, string> = { incus: 'images:ubuntu/24.04/cloud', lxc: 'ubuntu:24.04' };

/** As the client takes it: `REMOTE:ALIAS`. */
export function imageOf({ kind, remote }: Client, { incus }: LabModel): string {
  const image = incus.image ?? UBUNTU[kind];
  return image.includes(':') ? image : `${remote}:${image}`;
}

/** A server of images may be far, milliseconds. */
const DEADLINE_MS = 60_000;

/** Why an image cannot be had; undefined if it can. */
export async function whyNoImage(
  client: Client,
  lab: LabModel,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const ran = await client.attempt(
    ['image', 'info', imageOf(client, lab), ...(lab.incus.vm ? ['--vm'] : [])],
    { deadlineMs: DEADLINE_MS, signal },
  );
  if (ran.code !== 0) return errorOf(`${ran.stderr}\n${ran.stdout}`);
  const [, type = 'container'] = /^Type: (\S+)/m.exec(ran.stdout) ?? [];
  const wanted = lab.incus.vm ? 'virtual-machine' : 'container';
  return type === wanted ? undefined : `it is of type ${type}, and the lab asks for ${wanted}`;
}
