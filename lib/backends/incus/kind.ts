/** What the client is called: `lxc` is LXD's. */
export type Kind = 'incus' | 'lxc';

export const KINDS: readonly Kind[] = ['incus', 'lxc'];

/** How a server is started and spoken to, by its kind. */
export const WAYS = {
  incus: {
    server: 'Incus',
    start: 'sudo systemctl start incus',
    setUp: 'sudo incus admin init --minimal',
    install: 'sudo apt-get install incus && sudo incus admin init --minimal',
    group: 'incus-admin',
  },
  lxc: {
    server: 'LXD',
    start: 'sudo systemctl start lxd (or: sudo snap start lxd)',
    setUp: 'sudo lxd init --minimal',
    install: 'sudo snap install lxd && sudo lxd init --minimal',
    group: 'lxd',
  },
} as const satisfies Record<Kind, Record<string, string>>;
