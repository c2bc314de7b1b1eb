/** Copying sources and finished builds into instances. */
import { builderOf, type LabModel, type MachineModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import { type Payload, sourceFileName } from '../payload.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';

interface ApiServer {
  readonly environment: {
    /** `x86_64`, `i686` */
    readonly architectures: readonly string[];
    readonly server_clustered: boolean;
  };
}

/** What `uname -m` may say in containers of a server; undefined for a cluster, whose members may differ. */
export async function architecturesOf(client: Client): Promise<readonly string[] | undefined> {
  const server = await client.query<ApiServer>('/1.0');
  return server?.environment.server_clustered ? undefined : server?.environment.architectures;
}

/** Copies the payload into an instance that does not run yet. */
export async function load(
  client: Client,
  lab: LabModel,
  node: MachineModel,
  { builds, source }: Payload,
): Promise<void> {
  const folder = `${addressOf(client.remote, lab.name, node.name)}${MACHINE.kitDir}/payload`;
  // One after another, because both would make the same folders.
  for (const { name, path: file, sha256 } of builds) {
    await push(client, file, `${folder}/${name}`);
    await push(client, '-', `${folder}/${name}.sha256`, `${sha256}  ${name}\n`);
  }
  if (source !== undefined && node === builderOf(lab)) {
    await push(client, source, `${folder}/${sourceFileName(lab.redis)}`);
  }
}

async function push(client: Client, from: string, to: string, input?: string): Promise<void> {
  const words = ['file', 'push', '--quiet', '--create-dirs', '--mode', '0644', from, to];
  await client.call(words, { deadlineMs: 300_000, ...(input === undefined ? {} : { input }) });
}
