/**
 * The image that the labs of a class share: a node with its server and packages installed, by its own scripts, so that nothing is
 * installed thirty times, and no lab needs a way out. It is made once for what is in it, and named by a digest of that.
 */
import type { Sentence } from '../../coded.js';
import { builderOf, type LabModel } from '../../model/model.js';
import { withLabLock } from '../../process/lab-lock.js';
import { kitFiles } from '../../render/node-files.js';
import { verbatim } from '../../render/template.js';
import { message } from '../../report/messages.js';
import { digest } from '../../workspace/manifest.js';
import { booted } from '../machine/boot.js';
import { payloadOf } from '../machine/up.js';
import type { Client } from './client.js';
import { IncusServer } from './host.js';
import { imageOf } from './image.js';
import { addressOf } from './instance.js';
import { LABEL } from './names.js';
import { instancesOf } from './resources.js';

/** Begins the names of our images. */
const PREFIX = 'redis-lab-';

/** It may fetch an SSH server first, milliseconds. */
const SEAL_MS = 900_000;

/** What an image holds is packed by the server, milliseconds. */
const PUBLISH_MS = 900_000;

interface ApiImage {
  readonly fingerprint: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface ImageOptions {
  readonly onStep: (step: Sentence) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * The fingerprint of the image for the labs of a description, which is made where it is not there.
 * @throws RedisLabError (3) when the server lacks something, or somebody else makes it now; (4) when a node cannot be installed
 */
export async function classImage(
  client: Client,
  described: LabModel,
  options: ImageOptions,
): Promise<string> {
  const base = await fingerprintOf(client, described);
  const alias = PREFIX + digestOf(described, base);
  return (
    (await imageNamed(client, alias)) ??
    withLabLock(installerOf(described).name, 'class up', () =>
      install(client, described, alias, options),
    )
  );
}

/** Removes images of ours of which no instance is left, and what a killed call left of making one. */
export async function removeClassImages(client: Client, described: LabModel): Promise<void> {
  const lab = installerOf(described);
  await withLabLock(lab.name, 'class down', async () => {
    await using host = await new IncusServer(lab, {}).open('down');
    if (await host.isThere()) await host.removeAll();
  });
  const images = (await client.query<readonly ApiImage[]>('/1.0/images?recursion=1')) ?? [];
  const ours = images.filter(({ properties }) => properties[LABEL.image] !== undefined);
  if (ours.length === 0) return;
  const all = await instancesOf(client, { everywhere: true });
  // Of instances on a member that is away nobody knows.
  if (all.some(({ reachable }) => !reachable)) return;
  const used = new Set(all.map(({ config }) => config['volatile.base_image']));
  for (const { fingerprint } of ours.filter((image) => !used.has(image.fingerprint))) {
    await client.call(['image', 'delete', client.at(fingerprint)]);
  }
}

/** The node that is installed is in a lab of its own; no student's lab has such a name. */
function installerOf(described: LabModel): LabModel {
  return { ...described, name: `${described.name}--image`, clients: [] };
}

/** Of the image that the node begins with, of the scripts that install it, and of what they are told. */
function digestOf(described: LabModel, base: string): string {
  const files = kitFiles(described, builderOf(described)).filter(
    ({ path }) => !/\.(?:conf|service)$/.test(path),
  );
  const content = [base, verbatim('node/seal.sh'), ...files.map((file) => file.content)];
  return digest(JSON.stringify(content)).slice(0, 16);
}

async function fingerprintOf(client: Client, lab: LabModel): Promise<string> {
  const told = await client.call(['image', 'info', imageOf(client, lab)]);
  return /^Fingerprint: (\w+)/m.exec(told)?.[1] ?? told;
}

async function imageNamed(client: Client, alias: string): Promise<string | undefined> {
  const path = `/1.0/images/aliases/${encodeURIComponent(alias)}`;
  return (await client.query<{ readonly target: string }>(path))?.target;
}

async function install(
  client: Client,
  described: LabModel,
  alias: string,
  { onStep, signal }: ImageOptions,
): Promise<string> {
  const made = await imageNamed(client, alias);
  if (made !== undefined) return made;
  const lab = installerOf(described);
  const node = builderOf(lab);
  await using host = await new IncusServer(lab, {}).open('up', signal);
  // A killed call may have left it half installed.
  if (await host.isThere()) await host.removeAll();
  try {
    onStep(message('files.class-image'));
    const tell = (_: string, told: Sentence) => onStep(told);
    await host.make(lab, undefined, [node], {
      signal,
      tell,
      begins: () => undefined,
      payload: payloadOf(lab, { onProgress: onStep, signal }),
    });
    await host.start(lab, [node], {
      signal,
      powers: new Map(),
      booting: [],
      tell,
      begins: () => undefined,
      follow: (each, off) =>
        booted(host.booting(lab), each, { signal: off, onStep, onStill: onStep }),
    });
    const seal = { input: verbatim('node/seal.sh'), deadlineMs: SEAL_MS, signal };
    await host.shell.call(node.name, ['bash', '-s'], seal);
    const address = addressOf(client.remote, lab.name, node.name);
    await client.call(['stop', address], { signal });
    onStep(message('files.class-image-packed'));
    // Instances are copies of what is unpacked from it: packing it tightly would take longer than all else.
    const loose = ['--compression', 'none'];
    const words = ['publish', address, client.at(''), '--quiet', ...loose, '--alias', alias];
    await client.call([...words, `${LABEL.image}=${alias}`], { deadlineMs: PUBLISH_MS, signal });
  } finally {
    await host.removeAll();
  }
  return (await imageNamed(client, alias)) ?? alias;
}
