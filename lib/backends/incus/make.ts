/** Making the resources of a lab on a server, and removing them. */
import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type LabModel, type MachineModel, machinesOf } from '../../model/model.js';
import type { Client } from './client.js';
import { memberNames } from './cluster.js';
import { digest } from './digest.js';
import { imageOf } from './image.js';
import { addressOf, type Ground, instanceYaml } from './instance.js';
import { instanceName, LABEL, networkName } from './names.js';
import { resourcesOf } from './resources.js';
import { packed, type State } from './state.js';

/** The server may have to download the image first, milliseconds. */
const INIT_MS = 1_800_000;

/**
 * An isolated bridge: at most the host gets an address, the network's first. No DNS, no DHCP, no NAT. (`ipv4.routing=false` would
 * break traffic between the nodes where bridges are filtered.)
 */
export async function makeNetwork(client: Client, lab: LabModel): Promise<void> {
  const { host, prefix } = lab.network;
  // Each member of a cluster is asked first.
  for (const name of await memberNames(client)) {
    await client.call(['network', 'create', client.at(networkName(lab)), '--target', name]);
  }
  await client.call([
    'network',
    'create',
    client.at(networkName(lab)),
    ...(lab.incus.hostAddress === false
      ? ['ipv4.address=none']
      : [`ipv4.address=${host}/${prefix}`, 'ipv4.nat=false', 'ipv4.dhcp=false']),
    'ipv6.address=none',
    'dns.mode=none',
    `${LABEL.lab}=${lab.name}`,
    `${LABEL.description}=${digest(lab)}`,
    `${LABEL.state}=${packed({ lab, server: undefined })}`,
  ]);
}

export async function remember(client: Client, state: State): Promise<void> {
  const network = client.at(networkName(state.lab));
  await client.call(['network', 'set', network, `${LABEL.state}=${packed(state)}`]);
}

export async function makeInstance(
  client: Client,
  lab: LabModel,
  node: MachineModel,
  ground: Ground,
  signal: AbortSignal | undefined,
): Promise<void> {
  await client.call(
    [
      'init',
      imageOf(client, lab),
      addressOf(client.remote, lab.name, node.name),
      '--quiet',
      '--no-profiles',
      ...(lab.incus.vm ? ['--vm'] : []),
      ...(ground.member === undefined ? [] : ['--target', ground.member]),
    ],
    { input: instanceYaml(lab, node, ground), deadlineMs: INIT_MS, signal },
  );
}

/** Removes instances, also running ones. One that is gone already is no error. */
export async function removeInstances(
  client: Client,
  lab: string,
  nodes: readonly string[],
): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      const ran = await client.attempt(['delete', '--force', addressOf(client.remote, lab, node)], {
        deadlineMs: 120_000,
      });
      if (ran.code !== 0 && !/not found/i.test(ran.stderr)) throw client.failure(ran);
    }),
  );
}

export async function removeNetwork(client: Client, lab: LabModel): Promise<void> {
  const ran = await client.attempt(['network', 'delete', client.at(networkName(lab))]);
  if (ran.code === 0 || /not found/i.test(ran.stderr)) return;
  if (/in use/i.test(ran.stderr)) {
    throw new RedisLabError(
      `The network ${networkName(lab)} is still used by something that redis-lab did not make. What it is: ${client.kind} network show ${client.at(networkName(lab))}. Detach it, then run the same command again.`,
      { exitCode: EXIT.program },
    );
  }
  throw client.failure(ran);
}

/** Removes everything that is labelled as the lab's. */
export async function removeAll(client: Client, lab: LabModel): Promise<void> {
  await settled(client, lab);
  const things = await resourcesOf(client, lab);
  await removeInstances(client, lab.name, [...things.instances.keys()]);
  if (things.network) await removeNetwork(client, lab);
}

interface ApiOperation {
  /** `task`, `websocket` (a command that runs on an instance), `token` */
  readonly class: string;
  readonly status: string;
  readonly description: string;
  readonly resources?: Readonly<Record<string, readonly string[] | null>> | null;
}

/** How long a server may go on with requests of a killed call, milliseconds. */
export const SETTLE_MS = 60_000;

/**
 * Waits until the server has finished requests of a killed call for this lab. Gives what it still does when the time is up:
 * `Creating instance`; undefined: nothing.
 */
export async function settled(
  client: Client,
  lab: LabModel,
  options?: Settling,
): Promise<string | undefined> {
  const names = machinesOf(lab).map(({ name }) => instanceName(lab.name, name));
  return settledOn(client, names, options);
}

interface Settling {
  /** Milliseconds. Default {@link SETTLE_MS}. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** {@link settled} for instances by their names. */
export async function settledOn(
  client: Client,
  names: readonly string[],
  { withinMs = SETTLE_MS, signal }: Settling = {},
): Promise<string | undefined> {
  const end = now() + withinMs;
  for (;;) {
    const found =
      (await client.query<Readonly<Record<string, readonly ApiOperation[]>>>(
        '/1.0/operations?recursion=1',
        { signal },
      )) ?? {};
    const busy = Object.values(found)
      .flat()
      .filter((each) => each.class === 'task' && /^(?:Running|Pending)$/.test(each.status))
      .find(({ resources }) =>
        Object.values(resources ?? {})
          .flatMap((each) => each ?? [])
          .some((address) => names.includes(address.split(/[/?]/)[3] ?? '')),
      );
    if (!busy) return undefined;
    if (now() >= end) return busy.description;
    await sleep(200, signal);
  }
}
