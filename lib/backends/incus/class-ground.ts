/** What a server has for the labs of a class, as its API tells. */
import type { LabModel } from '../../model/model.js';
import type { ClassGround, MemberGround } from '../class-ground.js';
import type { Client } from './client.js';
import { type Member, membersOf, resourcesAt } from './cluster.js';
import { PRODUCTS } from './kind.js';
import { missingLimits, OR_PROCESSES } from './limits.js';
import { type ApiInstance, instancesOf } from './resources.js';
import { roomsOn } from './rooms.js';
import { poolOf } from './storage.js';

interface ApiServer {
  readonly environment: {
    readonly server_version: string;
    readonly server_name: string;
    readonly server_pid: number;
  };
  /** Left out where it tells a stranger. */
  readonly config?: Readonly<Record<string, string>>;
}

/** What the server makes of an image unless it is told otherwise. */
const USUAL_COPIES = 3;

/** @throws RedisLabError when it cannot be asked */
export async function groundOf(
  client: Client,
  described: LabModel,
  signal?: AbortSignal,
): Promise<ClassGround> {
  const [server, listed, instances, rooms, pool, unlimited] = await Promise.all([
    client.query<ApiServer>('/1.0', { ofServer: true, signal }),
    membersOf(client, signal),
    instancesOf(client, { everywhere: true, signal }),
    roomsOn(client, signal),
    poolOf(client),
    missingLimits(client, OR_PROCESSES),
  ]);
  const { server_version: version = '', server_name: name = '' } = server?.environment ?? {};
  const isLocal = client.remote === 'local';
  const copies = Number(server?.config?.['cluster.images_minimal_replica'] ?? USUAL_COPIES);
  const alone = async (): Promise<Member[]> => {
    const found = (await resourcesAt(client, undefined, signal)) ?? NOTHING;
    return [{ name, online: true, evacuated: false, state: 'Online', votes: true, ...found }];
  };
  const clustered = listed.length > 0;
  const members = clustered ? listed : await alone();
  const on = (member: string) => (each: ApiInstance) => !clustered || each.location === member;
  const ours = rooms.filter((room) => room.class === described.name).map(({ lab }) => lab);
  const labsOn = (member: string) =>
    new Set(
      instances
        .filter(on(member))
        .flatMap(({ project }) => (ours.includes(project) ? [project] : [])),
    ).size;
  return {
    server: `${PRODUCTS[client.kind].server} ${version}`,
    client: client.kind,
    remote: client.at(''),
    here: isLocal ? name : undefined,
    daemonPid: isLocal ? server?.environment.server_pid : undefined,
    clustered,
    imageCopies: copies,
    unlimited,
    members: await Promise.all(
      members.map(
        async (member): Promise<MemberGround> => ({
          name: member.name,
          state: member.online ? 'online' : member.evacuated ? 'maintenance' : 'away',
          said: member.state,
          totalMb: member.totalMb,
          freeMb: member.freeMb,
          cpus: member.cpus,
          diskMb:
            member.online && pool !== undefined
              ? await diskAt(client, pool, clustered ? member.name : undefined, signal)
              : undefined,
          instances: instances.filter(on(member.name)).length,
          votes: member.votes,
        }),
      ),
    ),
    labs: new Map(members.map((each) => [each.name, labsOn(each.name)])),
  };
}

const NOTHING = { freeMb: 0, totalMb: 0, cpus: 0 };

interface ApiSpace {
  readonly space?: { readonly used?: number; readonly total: number };
}

/** Megabytes that a pool has left; undefined where it does not tell. */
export async function diskAt(
  client: Client,
  pool: string,
  member: string | undefined,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const target = member === undefined ? '' : `?target=${encodeURIComponent(member)}`;
  const path = `/1.0/storage-pools/${encodeURIComponent(pool)}/resources${target}`;
  const space = (await client.query<ApiSpace>(path, { ofServer: true, signal }))?.space;
  if (!space?.total) return undefined;
  return Math.floor((space.total - (space.used ?? 0)) / 2 ** 20);
}
