/** Who can enter the servers of a lab: no lack of this host, but everybody who shares it should know. */
import { WITH_MACHINES } from '../../backends/registry.js';
import { message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const MACHINES = subject('access.machines', WITH_MACHINES);
const LOCAL = subject('access', ['local']);

export async function access({ host, lab }: Facts): Promise<Check[]> {
  const who = lab.incus.hostAddress === false ? 'of-incus' : 'every-user';
  const others = lab.others?.join(', ');
  return [
    MACHINES.good(
      others === undefined
        ? message(`access.machines.${who}`)
        : message(`access.machines.${who}.others`, { others }),
    ),
    // There is no lab of processes on Windows.
    ...(host.platform === 'win32' ? [] : [LOCAL.good(message('access.this-user'))]),
  ];
}
