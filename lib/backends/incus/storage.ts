/** The storage pool and the uplink of instances. */
import type { LabModel } from '../../model/model.js';
import type { Client } from './client.js';

interface ApiProfile {
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The pool of the project's default profile, else of the server's, else the first pool; undefined if there is none. */
export async function poolOf(client: Client): Promise<string | undefined> {
  const ofServer = await defaultDevices(client, { ofServer: true });
  for (const device of [...(await defaultDevices(client)), ...ofServer]) {
    if (device['type'] === 'disk' && device['path'] === '/' && device['pool'])
      return device['pool'];
  }
  const pools = (await client.query<readonly string[]>('/1.0/storage-pools')) ?? [];
  return pools[0]?.split('/').at(-1);
}

/** The network device for the Internet, without its name; undefined if there is none. */
export async function uplinkOf(
  client: Client,
  { incus }: LabModel,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (incus.uplink === 'none') return undefined;
  if (incus.uplink !== 'auto') return { type: 'nic', network: incus.uplink };
  const nic = (await defaultDevices(client)).find(({ type }) => type === 'nic');
  if (!nic) return undefined;
  // Name and addresses are the lab's own.
  const { name: _, hwaddr: __, 'ipv4.address': ___, ...rest } = nic;
  return rest;
}

async function defaultDevices(client: Client, { ofServer = false } = {}) {
  const profile = await client.query<ApiProfile>('/1.0/profiles/default', { ofServer });
  return Object.values(profile?.devices ?? {});
}
