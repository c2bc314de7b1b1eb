/** The configuration of an instance. */
import type { LabModel, MachineModel } from '../../model/model.js';
import { containerNetworkConfig, LAB, networkConfig, UPLINK } from '../../render/nocloud.js';
import { kitFiles } from '../../render/node-files.js';
import { userData } from '../../render/user-data.js';
import { toYaml } from '../../render/yaml.js';
import { digest } from './digest.js';
import { instanceName, LABEL, networkName } from './names.js';

export interface Ground {
  readonly pool: string;
  /** Network device for the Internet, without its name; undefined: none. */
  readonly uplink: Readonly<Record<string, string>> | undefined;
  /** The key of the builder's share, the same for all nodes of a lab. */
  readonly shareKey: string;
  /** Of a cluster: which is to have it. */
  readonly member: string | undefined;
}

/** The configuration of an instance, for the standard input of `init`. */
export function instanceYaml(
  lab: LabModel,
  node: MachineModel,
  { pool, uplink, shareKey, member }: Ground,
): string {
  const network = lab.incus.vm
    ? networkConfig(lab, node)
    : containerNetworkConfig(lab, node, { uplink: uplink !== undefined });
  return toYaml({
    description: `${node.name} of the redis-lab lab ${lab.name}`,
    config: {
      [LABEL.lab]: lab.name,
      [LABEL.node]: node.name,
      [LABEL.description]: digest(lab),
      'boot.autostart': 'false',
      // Its lab's network stays behind: where it went, it would be alone.
      ...(member === undefined ? {} : { 'cluster.evacuate': 'stop' }),
      'limits.memory': `${node.memoryMb}MiB`,
      'limits.cpu': String(node.cpus),
      ...(lab.incus.processes === undefined
        ? {}
        : { 'limits.processes': String(lab.incus.processes) }),
      // By its other name, cloud-init.user-data, the cloud-init of Debian 12 shows it to every user of the node.
      'user.user-data': userData(lab, node, kitFiles(lab, node, shareKey)),
      'cloud-init.network-config': network,
      // Otherwise the host name would be that of the instance, which has the lab's name before the node's.
      'cloud-init.vendor-data': `#cloud-config\nhostname: ${node.name}\n`,
    },
    devices: {
      root: {
        type: 'disk',
        path: '/',
        pool,
        ...(lab.incus.diskGb === undefined ? {} : { size: `${lab.incus.diskGb}GB` }),
      },
      ...(uplink ? { [UPLINK]: { ...uplink, name: UPLINK, hwaddr: node.uplinkMac } } : {}),
      [LAB]: { type: 'nic', network: networkName(lab), name: LAB, hwaddr: node.labMac },
    },
  });
}

/** Name of an instance, with its remote. */
export function addressOf(remote: string, lab: string, node: string): string {
  return `${remote}:${instanceName(lab, node)}`;
}
