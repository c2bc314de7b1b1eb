import type { Coded } from '../../coded.js';
import type { Named } from '../descriptor.js';
import { IN_OWN_NETWORK, OFFERS } from './offers.js';
import { isOnDisk, namesOnDisk } from './paths.js';

const WHY: Coded = { code: 'backend.processes', values: {} };

export const local: Named<'local'> = {
  name: 'local',
  describe: 'processes of this machine',
  offers: OFFERS,
  inOwnNetwork: IN_OWN_NETWORK,
  create: async (lab, faults) => (await import('./index.js')).localBackend(lab, {}, faults),
  labs: {
    noted: false,
    isOnDisk,
    namesOnDisk,
    list: async () => (await import('./index.js')).localLabs(),
  },
  classes: {
    placed: async (...asked) => (await loaded()).placed(...asked),
    makeRoom: async (...asked) => (await loaded()).makeRoom(...asked),
    removeRoom: async (...asked) => (await loaded()).removeRoom(...asked),
    rooms: async (...asked) => (await loaded()).rooms(...asked),
  },
  doctor: {
    needsGood: [],
    saysItself: ['redis-server', 'compiler', 'proxy'],
    why: () => WHY,
    lastResort: (platform) => (platform === 'win32' ? undefined : WHY),
  },
};

async function loaded() {
  return (await import('./index.js')).localClasses;
}
