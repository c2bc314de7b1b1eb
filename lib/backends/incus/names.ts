/** Names of a lab's resources on a server, and the labels by which they are known as ours. */
import type { LabModel } from '../../model/model.js';
import { digest } from '../../workspace/manifest.js';

/** Labels of everything that redis-lab makes, in the `user.` namespace, which is for other programs' keys. */
export const LABEL = {
  lab: 'user.redis-lab.lab',
  node: 'user.redis-lab.node',
  /** Digest of the description. */
  description: 'user.redis-lab.description',
  /** Of the network: the lab as it runs. */
  state: 'user.redis-lab.state',
  /** Of the project of a lab of a class: the class. */
  class: 'user.redis-lab.class',
  /** Of the same: whose lab it is. */
  student: 'user.redis-lab.student',
  /** Of an image that a class shares: its alias. */
  image: 'user.redis-lab.image',
  /** Of the same: the port by which it is entered. Of an entry: the lab that it leads to. */
  entry: 'user.redis-lab.entry',
  /** Of the same project: the key by which the lab's SSH server is known. */
  hostKey: 'user.redis-lab.host-key',
} as const;

/** An instance's name is a host name, RFC 1123. */
const LONGEST_INSTANCE = 63;

/** The kernel's IFNAMSIZ is 16, with a zero at the end. */
const LONGEST_NETWORK = 15;

/** `redis-lab-master` */
export function instanceName(lab: string, node: string): string {
  return shortened(`${lab}-${node}`, LONGEST_INSTANCE);
}

/** Name of the bridge: the lab's name, shortened if need be. */
export function networkName({ name }: LabModel): string {
  return shortened(name, LONGEST_NETWORK);
}

/** The project of a class's entries: a lab's own has no two dashes in a row where this has them. */
export function entryProject(of: string): string {
  return `${of}--entry`;
}

function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  return `${name.slice(0, most - 7).replace(/-+$/, '')}-${digest(name).slice(0, 6)}`;
}
