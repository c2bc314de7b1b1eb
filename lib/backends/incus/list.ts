/** The labs on an Incus or LXD server, whoever of those who may use it brought them up. */
import { RedisLabError } from '../../errors.js';
import type { ListedLab } from '../../report/labs.js';
import { HOST_NAME } from '../../spec/schema.js';
import type { IncusPlace } from '../../workspace/lab-notes.js';
import { type Client, clientsHere } from './client.js';
import { LABEL } from './names.js';
import { answering } from './preflight.js';
import type { ApiInstance, ApiNetwork } from './things.js';

/**
 * Undefined where this machine has no client.
 * @throws RedisLabError (3) where no server answers
 */
export async function incusLabs(
  incus: IncusPlace,
  signal: AbortSignal,
): Promise<ListedLab[] | undefined> {
  const clients = clientsHere(incus);
  if (clients.length === 0) return undefined;
  const client = await answering(clients, signal);
  if ('what' in client) {
    throw new RedisLabError(`${client.what}: ${client.seen}`, { exitCode: 3 });
  }
  return labsOf(client, incus, signal);
}

async function labsOf(
  client: Client,
  incus: IncusPlace,
  signal: AbortSignal,
): Promise<ListedLab[]> {
  const [networks, instances] = await Promise.all([
    client.query<readonly ApiNetwork[]>('/1.0/networks?recursion=1', { signal }),
    client.query<readonly ApiInstance[]>('/1.0/instances?recursion=1', { signal }),
  ]);
  const labelled = [...(networks ?? []), ...(instances ?? [])];
  const names = labelled.flatMap(({ config }) => config[LABEL.lab] ?? []);
  // Others may have written labels too.
  return [...new Set(names)]
    .filter((name) => HOST_NAME.test(name))
    .sort()
    .map((name) => {
      const own = (instances ?? []).filter(({ config }) => config[LABEL.lab] === name);
      const live = own.filter(({ status }) => status !== 'Stopped');
      const all = own.length > 0 && live.length === own.length;
      return {
        name,
        backend: 'incus',
        state: all ? 'running' : live.length > 0 ? 'partial' : 'stopped',
        folder: null,
        problem: null,
        incus,
      };
    });
}
