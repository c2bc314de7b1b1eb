/** What of a lab is on a server. */
import type { LabModel } from '../../model/model.js';
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
  /** Whether it was ever started; one that was not may lack what is put into it before. */
  readonly ran: boolean;
}

export interface Things {
  /** Whether the lab's network is there. */
  readonly network: boolean;
  /** By node. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** Names of instances that the lab needs, and that something else has. */
  readonly foreign: readonly string[];
  /** As it is kept on the server. */
  readonly saved: string | undefined;
  /** The key that the instances were given which are there. */
  readonly shareKey: string | undefined;
  /** Whether what is there was made from this very description; true where nothing is. */
  readonly sameDescription: boolean;
}

/** Looks for what is labelled as the lab's. */
export async function thingsOf(client: Client, described: LabModel): Promise<Things> {
  const [network, all] = await Promise.all([
    client.query<ApiNetwork>(`/1.0/networks/${networkName(described)}`),
    client.query<readonly ApiInstance[]>('/1.0/instances?recursion=1'),
  ]);
  const ours = (all ?? []).filter(({ config }) => config[LABEL.lab] === described.name);
  const needed = described.nodes.map(({ name }) => instanceName(described.name, name));
  const isOurs = network?.config[LABEL.lab] === described.name;
  const wanted = digest(described);
  const labels = [
    ...(isOurs ? [network.config[LABEL.description]] : []),
    ...ours.map(({ config }) => config[LABEL.description]),
  ];
  return {
    network: isOurs,
    instances: new Map(
      ours.map(({ name, status, config }) => {
        const node = config[LABEL.node] ?? name;
        const ran = config['volatile.last_state.power'] !== undefined;
        return [node, { name, node, status: statusOf(status), ran }];
      }),
    ),
    foreign: (all ?? [])
      .filter((each) => !ours.includes(each) && needed.includes(each.name))
      .map(({ name }) => name),
    saved: isOurs ? network.config[LABEL.state] : undefined,
    shareKey: ours
      .map(({ config }) => config[LABEL.shareKey] ?? '')
      .find((key) => SHARE_KEY_FORM.test(key)),
    sameDescription: labels.every((label) => label === wanted),
  };
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

/** Whether anything is there at all. */
export function isThere({ network, instances }: Things): boolean {
  return network || instances.size > 0;
}

/** What an instance is doing now, or undefined if it is gone. */
export async function instanceNow(
  client: Client,
  lab: string,
  node: string,
): Promise<Instance['status'] | undefined> {
  const found = await client.query<ApiInstance>(`/1.0/instances/${instanceName(lab, node)}`);
  return found && statusOf(found.status);
}
