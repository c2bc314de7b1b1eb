/** The members of a cluster. A lab is on one of them: its network is a bridge, which does not reach over to another. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import type { Client } from './client.js';
import { LABEL } from './names.js';
import { type Instance, instancesOf } from './resources.js';

interface ApiMember {
  readonly server_name: string;
  /** `Online`, `Offline`, `Evacuated`, `Blocked` */
  readonly status: string;
  readonly message: string;
  /** Whether it has a vote in the cluster's database. */
  readonly database: boolean;
  /** `https://10.0.0.1:8443` */
  readonly url: string;
}

interface ApiResources {
  readonly memory: { readonly total: number; readonly used: number };
  readonly cpu: { readonly total: number };
}

export interface Member {
  readonly name: string;
  readonly online: boolean;
  /** Whether it is in maintenance: it is there, and runs nothing. */
  readonly evacuated: boolean;
  /** What the server says where it is not online. */
  readonly state: string;
  /** Megabytes that programs may still take; 0 where it is not online, as are the next two. */
  readonly freeMb: number;
  readonly totalMb: number;
  readonly cpus: number;
  /** Whether it has a vote in the cluster's database. */
  readonly votes: boolean;
}

/** All members, whatever their state; none where the server is alone. */
async function listed(client: Client, signal?: AbortSignal): Promise<readonly ApiMember[]> {
  const server = await client.query<{
    readonly environment: { readonly server_clustered: boolean };
  }>('/1.0', { signal });
  if (!server?.environment.server_clustered) return [];
  const path = '/1.0/cluster/members?recursion=1';
  return (await client.query<readonly ApiMember[]>(path, { ofServer: true, signal })) ?? [];
}

/** Names of all members; none where the server is alone. */
export async function memberNames(client: Client): Promise<readonly string[]> {
  return (await listed(client)).map(({ server_name: name }) => name);
}

/** Where each member of a cluster is, by its name; none where the server is alone. */
export async function memberAddresses(
  client: Client,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  return new Map((await listed(client, signal)).map(({ server_name: name, url }) => [name, url]));
}

/** All members, with what they have free; none where the server is alone. */
export async function membersOf(client: Client, signal?: AbortSignal): Promise<readonly Member[]> {
  return Promise.all(
    (await listed(client, signal)).map(
      async ({ server_name: name, status, message, database: votes }): Promise<Member> => {
        const evacuated = status === 'Evacuated';
        const none = { online: false, freeMb: 0, totalMb: 0, cpus: 0 };
        const away = (state: string) => ({ name, state, evacuated, votes, ...none });
        if (status !== 'Online') return away(`${status}: ${message}`);
        try {
          const found = await resourcesAt(client, name, signal);
          if (!found) return away('it is not known');
          return { name, online: true, evacuated, state: status, votes, ...found };
        } catch (error) {
          // It takes the others twenty seconds to call one offline.
          if (!(error instanceof RedisLabError) || signal?.aborted) throw error;
          return away(error.message);
        }
      },
    ),
  );
}

/** Processors of the server, or of all members of a cluster that are online. */
export async function processorsOf(client: Client, signal?: AbortSignal): Promise<number> {
  const members = await membersOf(client, signal);
  if (members.length > 0) return members.reduce((sum, { cpus }) => sum + cpus, 0);
  return (await resourcesAt(client, undefined, signal))?.cpus ?? 0;
}

const MB = 2 ** 20;

/** Memory and processors of a member; of the server where no member is named. */
export async function resourcesAt(
  client: Client,
  member: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<Member, 'freeMb' | 'totalMb' | 'cpus'> | undefined> {
  const target = member === undefined ? '' : `?target=${encodeURIComponent(member)}`;
  const found = await client.query<ApiResources>(`/1.0/resources${target}`, {
    ofServer: true,
    signal,
  });
  if (!found) return undefined;
  const { total, used } = found.memory;
  return {
    freeMb: Math.floor((total - used) / MB),
    totalMb: Math.floor(total / MB),
    cpus: found.cpu.total,
  };
}

/**
 * The member that has the lab, or is to have it: that of its machines, the described one, or the one with most free memory; undefined where
 * there is no cluster.
 * @throws RedisLabError (3) when it is not online
 */
export async function memberFor(
  client: Client,
  lab: LabModel,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const members = await membersOf(client, signal);
  if (members.length === 0) return undefined;
  const wanted = (await memberOfMachines(client, lab, signal)) ?? lab.incus.member;
  const [most] = [...members]
    .filter(({ online }) => online)
    .sort((one, other) => other.freeMb - one.freeMb);
  const member = wanted === undefined ? most : members.find(({ name }) => name === wanted);
  if (member?.online) return member.name;
  if (wanted === undefined) throw notOnline(client, members);
  const what = member
    ? `The member ${wanted} of the cluster is not online`
    : `The cluster has no member ${wanted}`;
  throw notOnline(client, members, what);
}

/** The error for a cluster that cannot take a lab, with the state of each member. */
export function notOnline(
  client: Client,
  members: readonly Member[],
  what = 'No member of the cluster is online',
): RedisLabError {
  const states = members.map(({ name, state }) => `${name} (${state})`).join(', ');
  return new RedisLabError(
    `${what}: ${states}. Look at it: ${client.kind} cluster list ${client.at('')}`,
    { exitCode: EXIT.notReady },
  );
}

/** The error for a lab whose member was taken out of the cluster for a while: `cluster evacuate`. */
export function inMaintenance(client: Client, lab: string, member: string): RedisLabError {
  return new RedisLabError(
    `The lab ${lab} is on ${member}, a member of the cluster that is in maintenance (evacuated): its machines are stopped, with all their data. When that is over: ${client.kind} cluster restore ${client.at(member)}. Then run the same command again.`,
    { exitCode: EXIT.notReady, code: 'backend.maintenance' },
  );
}

/** Names of members that are in maintenance. */
export async function evacuatedOn(client: Client): Promise<readonly string[]> {
  const all = await listed(client);
  return all.flatMap(({ server_name: name, status }) => (status === 'Evacuated' ? [name] : []));
}

/**
 * Where machines rest, it may be since their member is in maintenance; where they run, nobody is asked.
 * @param evacuated names of members that are in maintenance
 * @throws RedisLabError (3) when theirs is
 */
export async function checkMaintenance(
  client: Client,
  lab: string,
  { instances }: { readonly instances: ReadonlyMap<string, Pick<Instance, 'status' | 'member'>> },
  evacuated: () => Promise<readonly string[]> = () => evacuatedOn(client),
): Promise<void> {
  const [member] = [...instances.values()].flatMap((each) =>
    each.status === 'running' ? [] : (each.member ?? []),
  );
  if (member !== undefined && (await evacuated()).includes(member)) {
    throw inMaintenance(client, lab, member);
  }
}

async function memberOfMachines(
  client: Client,
  { name }: LabModel,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const all = await instancesOf(client, { signal });
  return all.find(({ config }) => config[LABEL.lab] === name)?.location;
}
