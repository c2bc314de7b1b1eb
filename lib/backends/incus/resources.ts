/** The resources of a lab on a server. */
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { type LabModel, machinesOf } from '../../model/model.js';
import { SHARE_KEY_FORM } from '../machine/share.js';
import type { Power } from '../machine/survey.js';
import type { Client } from './client.js';
import { digest } from './digest.js';
import { instanceName, LABEL, networkName } from './names.js';

export interface ApiInstance {
  readonly name: string;
  /** `Running`, `Stopped`, `Frozen`, `Error` */
  readonly status: string;
  readonly type: string;
  readonly config: Readonly<Record<string, string>>;
  readonly project: string;
  /** The member of a cluster that has it; `none` where there is no cluster. */
  readonly location: string;
  /** Whether that member can be asked; all else about the instance is unknown where not. */
  readonly reachable: boolean;
}

/** All instances of the client's project, or of all. Those of a member of a cluster that is away are there, without their configuration. */
export async function instancesOf(
  client: Client,
  { everywhere = false, signal }: { everywhere?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<readonly ApiInstance[]> {
  type Told = Omit<ApiInstance, 'config' | 'reachable'> & {
    readonly config: ApiInstance['config'] | null;
  };
  const path = `/1.0/instances?recursion=1${everywhere ? '&all-projects=true' : ''}`;
  const all = await client.query<readonly Told[]>(path, { ofServer: everywhere, signal });
  return (all ?? []).map((each) => ({
    ...each,
    config: each.config ?? {},
    reachable: each.config !== null,
  }));
}

export interface ApiNetwork {
  readonly name: string;
  readonly managed: boolean;
  readonly type: string;
  readonly config: Readonly<Record<string, string>>;
}

export interface Instance {
  readonly name: string;
  readonly node: string;
  readonly status: Power;
  /** Whether it was ever started. One that was not may lack its files. */
  readonly ran: boolean;
  /** The member of a cluster that has it. */
  readonly member: string | undefined;
}

export interface Resources {
  /** Whether the lab's network exists. */
  readonly network: boolean;
  /** By node. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Names that the lab's instances need and that others have. */
  readonly foreign: readonly string[];
  /** The saved state, packed. */
  readonly saved: string | undefined;
  /** The share's key that the instances have. */
  readonly shareKey: string | undefined;
  /** Whether everything was made from this description; true if nothing exists. */
  readonly sameDescription: boolean;
}

/**
 * As its user-data has it, the only place that none of its users can read: cloud-init shows them all labels, and user-data that
 * is called `cloud-init.user-data`, as by versions before.
 */
export function shareKeyOf({ config }: Pick<ApiInstance, 'config'>): string | undefined {
  const userData = config['user.user-data'] ?? config['cloud-init.user-data'] ?? '';
  const [, key = ''] = /share\.key\n(?:.*\n){1,3}?\s*(\w+)$/m.exec(userData) ?? [];
  return SHARE_KEY_FORM.test(key) ? key : undefined;
}

/** Finds what is labelled as the lab's. */
export async function resourcesOf(client: Client, described: LabModel): Promise<Resources> {
  const [network, all] = await Promise.all([
    client.query<ApiNetwork>(`/1.0/networks/${networkName(described)}`),
    instancesOf(client),
  ]);
  return resourcesIn(client, described, network, all);
}

/**
 * What of these is the lab's.
 * @param network that of its name
 * @param all the instances of its project
 * @throws RedisLabError (3) when the member of a cluster that has it is away
 */
export function resourcesIn(
  client: Client,
  described: LabModel,
  network: ApiNetwork | undefined,
  all: readonly ApiInstance[],
): Resources {
  const ours = all.filter(({ config }) => config[LABEL.lab] === described.name);
  const needed = machinesOf(described).map(({ name }) => instanceName(described.name, name));
  const away = all.filter(({ name, reachable }) => !reachable && needed.includes(name));
  if (away.length > 0) throw isAway(client, described, away);
  const isOurs = network?.config[LABEL.lab] === described.name;
  const wanted = digest(described);
  const labels = [
    ...(isOurs ? [network.config[LABEL.description]] : []),
    ...ours.map(({ config }) => config[LABEL.description]),
  ];
  return {
    network: isOurs,
    instances: new Map(
      ours.map(({ name, status, config, location }) => {
        const node = config[LABEL.node] ?? name;
        const ran = config['volatile.last_state.power'] !== undefined;
        const member = location === 'none' ? undefined : location;
        return [node, { name, node, status: statusOf(status), ran, member }];
      }),
    ),
    foreign: all
      .filter((each) => !ours.includes(each) && needed.includes(each.name))
      .map(({ name }) => name),
    saved: isOurs ? network.config[LABEL.state] : undefined,
    shareKey: ours.map(shareKeyOf).find((key) => key !== undefined),
    sameDescription: labels.every((label) => label === wanted),
  };
}

function isAway(client: Client, { name }: LabModel, away: readonly ApiInstance[]): RedisLabError {
  const [member = ''] = away.map(({ location }) => location);
  return new RedisLabError(
    `The lab ${name} is on ${visible(member)}, a member of the cluster that is away (${client.kind} cluster list ${client.at('')}). Its machines may run on. Once it is back, run the same command again.`,
    { exitCode: EXIT.notReady, code: 'backend.silent' },
  );
}

function statusOf(status: string): Instance['status'] {
  switch (status) {
    case 'Running':
      return 'running';
    case 'Stopped':
      return 'stopped';
    case 'Frozen':
      return 'frozen';
    default:
      return 'stuck';
  }
}

/** Whether anything of the lab exists. */
export function isThere({ network, instances }: Resources): boolean {
  return network || instances.size > 0;
}

/** The present state of an instance; undefined if it is gone. */
export async function instanceNow(
  client: Client,
  lab: string,
  node: string,
): Promise<Instance['status'] | undefined> {
  const found = await client.query<ApiInstance>(`/1.0/instances/${instanceName(lab, node)}`);
  return found && statusOf(found.status);
}
