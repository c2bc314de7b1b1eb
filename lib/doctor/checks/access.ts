/** Who can enter the servers of a lab: nothing that a host lacks, but all who share it should know. */
import { WITH_MACHINES } from '../../backends/registry.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';

const WHY =
  'Anyone who gets in can read, write, reconfigure, stop and crash every server of the lab.';
const MACHINES = subject('access.machines', 'Access to machines', WITH_MACHINES, WHY);
const LOCAL = subject('access', 'Access', ['local'], WHY);

export async function access({ host, lab }: Facts): Promise<Check[]> {
  const only = lab.incus.hostAddress === false ? ' (in containers: who may use Incus or LXD)' : '';
  return [
    MACHINES.good(
      `no password; every user of this host${only} and of the nodes gets in, other hosts do not: the nodes' firewall refuses them`,
    ),
    // There is no lab of processes on Windows.
    ...(host.platform === 'win32'
      ? []
      : [
          LOCAL.good(
            'only this user gets in: each lab has a password that no other user can read. While a server is down, another user of this host can take its address; its replicas, and clients that connect again, then trust him',
          ),
        ]),
  ];
}
