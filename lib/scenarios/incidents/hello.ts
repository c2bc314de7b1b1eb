/** What Sentinels tell each other on `__sentinel__:hello`, which nothing proves to be of a Sentinel. */
import { type LabModel, type NodeModel, sentinelsOf } from '../../model/model.js';
import { askOnce } from '../../redis-view/connection.js';
import { nodeAt, sentinelEndpoint } from '../../redis-view/endpoints.js';
import { pairs } from '../../redis-view/fields.js';
import { type Message, message } from '../../report/messages.js';

export const HELLO = '__sentinel__:hello';

/** Four times the period in which each Sentinel publishes it: by then each has heard every other. Milliseconds. */
export const HEARD_MS = 8000;

/** In the name of a Sentinel of the lab: that a node is the master, by a configuration epoch. */
export async function helloOf(
  { sentinel: { masterName } }: LabModel,
  from: NodeModel,
  { ip, redisPort }: NodeModel,
  epoch: number,
): Promise<string> {
  const id = String(await askOnce(sentinelEndpoint(from), ['SENTINEL', 'MYID']));
  return [from.ip, from.sentinelPort, id, epoch, masterName, ip, redisPort, epoch].join(',');
}

/** Tells one Sentinel alone, in the name of another one: it takes it as if it had heard it. */
export async function tell(
  lab: LabModel,
  to: NodeModel,
  master: NodeModel,
  epoch: number,
): Promise<void> {
  const from = sentinelsOf(lab).find((node) => node !== to);
  if (!from) throw new Error('the lab has one Sentinel alone');
  const hello = await helloOf(lab, from, master, epoch);
  await askOnce(sentinelEndpoint(to), ['PUBLISH', HELLO, hello]);
}

export interface View {
  readonly sentinel: string;
  /** The node that it names; undefined for an address outside the lab. */
  readonly master: NodeModel | undefined;
  readonly epoch: number;
  /** Whether it takes that master for down. */
  readonly isDown: boolean;
}

/** Whom each Sentinel names, and by which configuration epoch. Default: of all Sentinels. */
export async function views(lab: LabModel, nodes = sentinelsOf(lab)): Promise<View[]> {
  const words = ['SENTINEL', 'MASTER', lab.sentinel.masterName] as const;
  return Promise.all(
    nodes.map(async (node) => {
      const seen = pairs(await askOnce(sentinelEndpoint(node), words));
      const { ip: host = '', port, 'config-epoch': epoch, flags = '' } = seen;
      const master = nodeAt(lab, { host, port: Number(port) });
      const isDown = flags.split(',').includes('s_down');
      return { sentinel: node.name, master, epoch: Number(epoch), isDown };
    }),
  );
}

export function viewTold({ sentinel, master, epoch }: View): Message {
  return message('incident.names', { sentinel, node: master?.name ?? '?', epoch });
}

/** One more than any Sentinel has. */
export async function nextEpoch(lab: LabModel): Promise<number> {
  return 1 + Math.max(...(await views(lab)).map(({ epoch }) => epoch));
}

/** Makes all of them name a node again. */
export async function tellAll(lab: LabModel, master: NodeModel): Promise<void> {
  const epoch = await nextEpoch(lab);
  await Promise.all(sentinelsOf(lab).map((node) => tell(lab, node, master, epoch)));
}
