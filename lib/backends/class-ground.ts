/** What a server has for the labs of a class. */

export interface ClassGround {
  /** `LXD 5.0.2` */
  readonly server: string;
  /** Of commands to type: the client and the remote, `lxc` and `local:`. */
  readonly client: string;
  readonly remote: string;
  /** The member that runs on this machine, whose kernel can be looked at from here; undefined: all are elsewhere. */
  readonly here: string | undefined;
  /** Process id of the daemon on this machine. */
  readonly daemonPid: number | undefined;
  /** Whether there is a cluster. A server that is alone is its only member. */
  readonly clustered: boolean;
  readonly members: readonly MemberGround[];
  /** How many members of the cluster get a copy of an image at once; -1: all. */
  readonly imageCopies: number;
  /** What the server says of limits that it does not enforce. */
  readonly unlimited: readonly string[];
  /** Labs of the class that are there already, by member. */
  readonly labs: ReadonlyMap<string, number>;
}

/** A member of the cluster, or the server that is alone, and what it has. */
export interface MemberGround {
  readonly name: string;
  readonly state: 'online' | 'maintenance' | 'away';
  /** What the server says of it. */
  readonly said: string;
  readonly totalMb: number;
  /** Megabytes that programs may still take; 0 where it is not online. */
  readonly freeMb: number;
  /** Megabytes that the storage pool has left; undefined where it does not tell. */
  readonly diskMb: number | undefined;
  readonly cpus: number;
  /** Instances that are on it, of whomever. */
  readonly instances: number;
  /** Whether it has a vote in the cluster's database. */
  readonly votes: boolean;
}
