/** The other two files of cloud-init's NoCloud data source. */
import type { LabModel, MachineModel } from '../model/model.js';
import { toYaml } from './yaml.js';

export function metaData(lab: LabModel, node: MachineModel): string {
  return toYaml({ 'instance-id': `${lab.name}-${node.name}`, 'local-hostname': node.name });
}

/** Names of the two network cards inside a machine; the firewall has a rule for the first. */
export const UPLINK = 'uplink0';
export const LAB = 'lab0';

/**
 * Network configuration of a system container, whose cards have the names that they are given. It must not match by
 * MAC address: netplan then asks for the permanent one, which a container's card lacks, and the boot waits two minutes. Nor
 * may it name a card that is not there, or accept router advertisements, which never come.
 */
export function containerNetworkConfig(
  lab: LabModel,
  node: MachineModel,
  { uplink }: { readonly uplink: boolean },
): string {
  const addresses = [`${node.ip}/${lab.network.prefix}`];
  return toYaml({
    version: 2,
    ethernets: {
      ...(uplink ? { [UPLINK]: { dhcp4: true, 'accept-ra': false } } : {}),
      [LAB]: { dhcp4: false, addresses, 'accept-ra': false },
    },
  });
}

/**
 * Network configuration, version 2. The cards are told apart by their MAC addresses, because their
 * names differ from box to box; they are renamed because ifupdown, in Debian, knows names only.
 * Having the lab's address here gives the machine its address before anything of the lab runs.
 */
export function networkConfig(lab: LabModel, node: MachineModel): string {
  return toYaml({
    version: 2,
    ethernets: {
      [UPLINK]: { match: { macaddress: node.uplinkMac }, 'set-name': UPLINK, dhcp4: true },
      [LAB]: {
        match: { macaddress: node.labMac },
        'set-name': LAB,
        dhcp4: false,
        addresses: [`${node.ip}/${lab.network.prefix}`],
      },
    },
  });
}
