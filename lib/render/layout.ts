/** The folders of a node; defined only here. */

export interface Layout {
  /** Written by cloud-init, as generated: scripts, and the configurations' first version. */
  readonly kitDir: string;
  /** The live configurations; owned by the redis user, since Sentinel rewrites its file there. */
  readonly configDir: string;
  readonly dataDir: string;
  /** Where the servers listen besides their address in the lab. */
  readonly loopback: readonly string[];
}

/** A whole machine with systemd: a VM or a system container. */
export const MACHINE: Layout = {
  kitDir: '/opt/redis-lab',
  configDir: '/etc/redis-lab',
  dataDir: '/var/lib/redis',
  loopback: ['127.0.0.1', '-::1'],
};
