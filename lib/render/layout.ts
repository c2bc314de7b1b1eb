/** Where things lie on a node. Nothing else knows. */

export interface Layout {
  /** What cloud-init brings, as generated: scripts, and configurations in their first version. */
  readonly kitDir: string;
  /** The live configurations; belongs to the redis user, since Sentinel rewrites its file there. */
  readonly configDir: string;
  readonly dataDir: string;
  /** Where the servers listen beside their lab address. */
  readonly loopback: readonly string[];
}

/** A whole machine with systemd: a VM or a system container. */
export const MACHINE: Layout = {
  kitDir: '/opt/redis-lab',
  configDir: '/etc/redis-lab',
  dataDir: '/var/lib/redis',
  loopback: ['127.0.0.1', '-::1'],
};
