/** cloud-init's own way from network-config to what the system of a machine reads. */
import fs from 'node:fs';
import path from 'node:path';
import { CloudInit } from './cloud-init.js';
import { type LabNode, textOf } from './labs.js';
import type { Ran } from './run.js';
import { scratchFiles } from './scratch.js';

export type Kind = 'netplan' | 'eni' | 'networkd';

export interface Conversion {
  readonly ran: Ran;
  /** The root of a machine, where the result lies as it would there. */
  readonly out: string;
}

export type Convert = (node: LabNode, kind: Kind, text?: string) => Promise<Conversion>;

export const convert: Convert = async (node, kind, text) => {
  const { folder, out } = prepared(node, text);
  // It makes the files of networkd belong to networkd's user.
  const call = netConvert(folder, node, kind);
  return { ran: await CloudInit.hereAsRoot().run({ call, folders: [folder] }), out };
};

export const convertNewer: Convert = async (node, kind, text) => {
  const { folder, out } = prepared(node, text);
  const newer = CloudInit.newer();
  const call = netConvert(newer.at(folder), node, kind);
  // With netplan's Python module, as on Ubuntu, cloud-init writes to /etc whatever it is told.
  const mounts = { '/etc/netplan': path.join(out, 'etc/netplan') };
  return { ran: await newer.run({ call, mounts, folders: [folder] }), out };
};

export function networkConfig({ lab, node }: LabNode): string {
  return textOf(lab, `nodes/${node.name}/network-config`);
}

function prepared(node: LabNode, text = networkConfig(node)) {
  const folder = scratchFiles('network', { 'network-config': text });
  const out = path.join(folder, 'out');
  fs.mkdirSync(path.join(out, 'etc/netplan'), { recursive: true });
  return { folder, out };
}

function netConvert(folder: string, { node }: LabNode, kind: Kind): string[] {
  return [
    ...['devel', 'net-convert', '--network-data', `${folder}/network-config`, '--kind', 'yaml'],
    ...['--directory', `${folder}/out`, '--distro', 'debian', '--output-kind', kind],
    // Names that the cards have before they are renamed.
    ...['--mac', `ens3,${node.uplinkMac}`, '--mac', `ens4,${node.labMac}`],
  ];
}
