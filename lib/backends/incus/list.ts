/** All labs on an Incus or LXD server, whichever of its users brought them up. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabList, ListedLab } from '../../report/types.generated.js';
import { HOST_NAME } from '../../spec/schema.js';
import type { ListOfBackend } from '../descriptor.js';
import { type Client, clientsHere } from './client.js';
import { LABEL } from './names.js';
import { type IncusPlace, isSame, placeIn, settingsOf, USUAL } from './place.js';
import { answering } from './preflight.js';
import { type ApiNetwork, instancesOf } from './resources.js';

/** Labs on the servers that notes name, and with `everywhere` on the default one. */
export async function incusLabs({ noted, everywhere, signal }: ListOfBackend): Promise<LabList> {
  const labs = noted.map(({ name, place }) => ({ name, incus: placeIn(place) }));
  const servers = [...(everywhere ? [USUAL] : []), ...labs.map(({ incus }) => incus)];
  const differing = servers.filter(
    (one, at) => servers.findIndex((each) => isSame(each, one)) === at,
  );
  const found = await Promise.all(
    differing.map(async (server) => {
      const own = labs.filter(({ incus }) => isSame(incus, server));
      return onServer(
        server,
        own.map(({ name }) => name),
        signal,
      );
    }),
  );
  return {
    labs: found.flatMap((each) => each.labs),
    silent: found.flatMap((each) => each.silent),
  };
}

async function onServer(
  incus: IncusPlace,
  noted: readonly string[],
  signal: AbortSignal,
): Promise<LabList> {
  const set = settingsOf(incus);
  const unknown = (problem: string) =>
    noted.map((name) => ({ ...COMMON, name, state: 'unknown' as const, problem, set }));
  const clients = clientsHere(incus);
  if (clients.length === 0) {
    return { labs: unknown('there is neither incus nor lxc on the PATH'), silent: [] };
  }
  try {
    const client = await answering(clients, signal);
    if ('what' in client) {
      throw new RedisLabError(`${client.what}: ${client.seen}`, { exitCode: EXIT.notReady });
    }
    return { labs: await labsOf(client, incus, signal), silent: [] };
  } catch (error) {
    if (!(error instanceof RedisLabError)) throw error;
    const [problem = ''] = error.message.split('\n');
    return { labs: unknown(problem), silent: [{ backend: 'incus', problem }] };
  }
}

const COMMON = { backend: 'incus', folder: null } as const;

async function labsOf(
  client: Client,
  incus: IncusPlace,
  signal: AbortSignal,
): Promise<ListedLab[]> {
  const [networks, instances] = await Promise.all([
    client.query<readonly ApiNetwork[]>('/1.0/networks?recursion=1', { signal }),
    instancesOf(client, { signal }),
  ]);
  const labelled = [...(networks ?? []), ...instances];
  const names = labelled.flatMap(({ config }) => config[LABEL.lab] ?? []);
  // Somebody else may have written such labels, too.
  return [...new Set(names)]
    .filter((name) => HOST_NAME.test(name))
    .sort()
    .map((name) => {
      const own = instances.filter(({ config }) => config[LABEL.lab] === name);
      const live = own.filter(({ status }) => status !== 'Stopped');
      const all = own.length > 0 && live.length === own.length;
      const state = all ? 'running' : live.length > 0 ? 'partial' : 'stopped';
      return { ...COMMON, name, state, problem: null, set: settingsOf(incus) };
    });
}
