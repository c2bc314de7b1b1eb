/** The image that nodes are made of. */
import type { Sentence } from '../../coded.js';
import { IMAGES } from '../../model/distributions.js';
import type { LabModel } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import type { Client } from './client.js';
import { errorOf } from './failure.js';

/** As the description names it, or the default. */
export function imageName({ kind }: Client, { incus }: LabModel): string {
  return incus.image ?? IMAGES[kind][0];
}

/** As the client takes it: `REMOTE:ALIAS`. */
export function imageOf(client: Client, lab: LabModel): string {
  const { remote } = client;
  const { template } = lab.incus;
  if (template !== undefined) return client.at(template);
  const image = imageName(client, lab);
  return image.includes(':') ? image : `${remote}:${image}`;
}

/** An image server may be slow, milliseconds. */
const DEADLINE_MS = 60_000;

/** Why an image cannot be had; undefined if it can. */
export async function whyNoImage(
  client: Client,
  lab: LabModel,
  signal: AbortSignal | undefined,
): Promise<Sentence | undefined> {
  const words = ['image', 'info', imageOf(client, lab)];
  const asked = lab.incus.vm ? [[...words, '--vm'], words] : [words, [...words, '--vm']];
  let why: string | undefined;
  // A server that only has the image's other type says that there is none.
  for (const each of asked) {
    const ran = await client.attempt(each, { deadlineMs: DEADLINE_MS, signal });
    if (ran.code === 0) return whyNotThis(lab, ran.stdout);
    why ??= errorOf(`${ran.stderr}\n${ran.stdout}`);
  }
  return why;
}

function whyNotThis({ incus }: LabModel, info: string): Message | undefined {
  const [, type = 'container'] = /^Type: (\S+)/m.exec(info) ?? [];
  const wanted = incus.vm ? 'virtual-machine' : 'container';
  if (type === wanted) return undefined;
  return message(incus.vm ? 'incus.image.of-containers' : 'incus.image.of-machines');
}
