/** From names of clients to what can be run here. */
import { SpecError, usage } from '../../errors.js';
import type { Scenario } from '../context.js';
import { callsFor } from './call.js';
import type { ReadyClient } from './library-clients.js';
import { wantedClients } from './wanted.js';

/**
 * @throws SpecError (2) with every name that is none; RedisLabError (2) where no scenario measures what they meet; (3) with what this machine
 * lacks; the signal's reason
 */
export async function readyClients(
  names: readonly string[],
  scenarios: readonly Pick<Scenario, 'measures' | 'name'>[],
  signal?: AbortSignal,
): Promise<readonly ReadyClient[]> {
  const { clients, problems } = wantedClients(names);
  if (problems.length > 0) throw new SpecError(problems, 'the clients');
  if (clients.length === 0) return [];
  if (!scenarios.some(({ measures }) => measures)) {
    const each = scenarios.map(({ name }) => name).join(', ');
    throw usage(`Clients write while a fault is measured, and ${each} measures none.`);
  }
  const calls = await callsFor(
    clients.map(({ library }) => library),
    signal,
  );
  return clients.flatMap((wanted) => {
    const call = calls.get(wanted.library);
    return call ? [{ wanted, ...call }] : [];
  });
}
