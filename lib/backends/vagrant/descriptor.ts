import type { Named } from '../descriptor.js';
import { MACHINE_OFFERS } from '../machine/host.js';
import { isOnDisk, namesOnDisk } from './paths.js';

export const vagrant: Named<'vagrant'> = {
  name: 'vagrant',
  describe: 'virtual machines',
  nodes: 'machines',
  offers: MACHINE_OFFERS,
  create: async (lab, faults) => (await import('./index.js')).vagrantBackend(lab, {}, faults),
  labs: {
    isOnDisk,
    namesOnDisk,
    list: async ({ signal }) => (await import('./index.js')).vagrantLabs(signal),
  },
  doctor: {
    needsGood: ['vagrant', 'provider'],
    // Both checks ask the server of the source, as the download does, which reports the same.
    // The last asks each node.
    saysItself: ['source', 'clock', 'configurations'],
    // Without Vagrant, its checks would only take time.
    auto: { program: 'vagrant' },
    why: (seen) => ({
      code: 'backend.virtual-machines',
      values: { provider: seen('provider') ?? 'Vagrant' },
    }),
    lastResort: (platform) =>
      platform === 'win32' ? { code: 'backend.windows', values: {} } : undefined,
  },
};
