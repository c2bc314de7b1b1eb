import type { Named } from '../descriptor.js';
import { OF_MACHINES } from '../machine/offers.js';
import { isOnDisk, namesOnDisk } from './folders.js';

export const vagrant: Named<'vagrant'> = {
  name: 'vagrant',
  describe: 'virtual machines',
  nodes: 'machines',
  offers: OF_MACHINES,
  create: async (lab, faults) => (await import('./index.js')).vagrantBackend(lab, {}, faults),
  labs: {
    isOnDisk,
    namesOnDisk,
    list: async ({ signal }) => (await import('./index.js')).vagrantLabs(signal),
  },
  doctor: {
    needsGood: ['vagrant', 'provider'],
    // Both ask the server of the source, which is asked once: by the download, which says what it could not get, and why.
    saysItself: ['source', 'clock'],
    // Who has none does not wait for what others would be asked.
    auto: { program: 'vagrant' },
    why: (seen) => ({
      code: 'backend.virtual-machines',
      values: { provider: seen('provider') ?? 'Vagrant' },
    }),
    lastResort: (platform) =>
      platform === 'win32' ? { code: 'backend.windows', values: {} } : undefined,
  },
};
