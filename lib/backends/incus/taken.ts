/** Whether the addresses of the lab's network are free. A server accepts taken ones silently, and nothing works then. */
import os from 'node:os';
import { overlap } from '../../model/ipv4.js';
import type { LabModel } from '../../model/model.js';
import { linuxRoutes } from '../../process/linux-routes.js';
import { type Message, message } from '../../report/messages.js';
import { readIfAny } from '../../workspace/inspect.js';
import type { Client } from './client.js';
import { LABEL, networkName } from './names.js';
import type { ApiNetwork } from './resources.js';
import { uplinkOf } from './storage.js';

interface Range {
  readonly name: string;
  readonly what:
    | 'incus.network.by-network'
    | 'incus.network.by-interface'
    | 'incus.network.by-route';
  readonly cidr: string;
}

/** Who has the name or the addresses that the lab's network needs; undefined if nobody has. */
export async function whoHas(client: Client, lab: LabModel): Promise<Message | undefined> {
  const networks = (await client.query<readonly ApiNetwork[]>('/1.0/networks?recursion=1')) ?? [];
  const name = networkName(lab);
  const namesake = networks.find((each) => each.name === name);
  if (namesake) {
    if (namesake.config[LABEL.lab] === lab.name) return undefined;
    return message('incus.network.namesake', { name });
  }
  const all = [
    ...networks.flatMap((each) => serverRange(each.name, each.config['ipv4.address'])),
    // A server elsewhere has interfaces and routes of its own, which nobody here can see.
    ...(client.remote === 'local' ? [...interfaces(), ...routes()] : []),
  ];
  // Without an address on the host, only the uplink of the nodes can conflict.
  const uplink = lab.incus.hostAddress === false ? await uplinkOf(client, lab) : undefined;
  const beside = uplink?.['network'] ?? uplink?.['parent'];
  const ranges = lab.incus.hostAddress === false ? all.filter((each) => each.name === beside) : all;
  const other = ranges.find(({ cidr }) => overlap(cidr, lab.network.cidr));
  if (!other) return undefined;
  const { what, cidr } = other;
  return message(what, { name: other.name, cidr, wanted: lab.network.cidr });
}

function serverRange(name: string, cidr: string | undefined): Range[] {
  return cidr?.includes('.') ? [{ name, what: 'incus.network.by-network', cidr }] : [];
}

function interfaces(): Range[] {
  return Object.entries(os.networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ family, cidr }) =>
      family === 'IPv4' && cidr ? [{ name, what: 'incus.network.by-interface', cidr }] : [],
    ),
  );
}

function routes(): Range[] {
  return linuxRoutes(readIfAny('/proc/net/route') ?? '').map(({ name, cidr }) => ({
    name,
    what: 'incus.network.by-route',
    cidr,
  }));
}
