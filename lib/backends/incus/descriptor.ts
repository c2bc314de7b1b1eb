import type { Named } from '../descriptor.js';
import { MACHINE_OFFERS } from '../machine/host.js';
import { placeOf } from './place.js';

export const incus: Named<'incus'> = {
  name: 'incus',
  describe: 'containers of Incus or LXD',
  nodes: 'machines',
  offers: MACHINE_OFFERS,
  create: async (lab, faults) => (await import('./index.js')).incusBackend(lab, {}, faults),
  labs: {
    placeOf,
    list: async (options) => (await import('./index.js')).incusLabs(options),
  },
  classes: {
    placed: async (...asked) => (await loaded()).placed(...asked),
    ground: async (...asked) => (await loaded()).ground(...asked),
    shared: async (...asked) => (await loaded()).shared(...asked),
    removeShared: async (...asked) => (await loaded()).removeShared(...asked),
    makeRoom: async (...asked) => (await loaded()).makeRoom(...asked),
    closeRoom: async (lab) => (await loaded()).closeRoom?.(lab),
    removeRoom: async (...asked) => (await loaded()).removeRoom(...asked),
    rooms: async (...asked) => (await loaded()).rooms(...asked),
    isHere: async (...asked) => (await loaded()).isHere(...asked),
    processors: async (...asked) => (await loaded()).processors(...asked),
    looks: async (...asked) => (await loaded()).looks(...asked),
    entries: {
      open: async (...asked) => (await loaded()).entries.open(...asked),
      checkTokens: async (...asked) => (await loaded()).entries.checkTokens(...asked),
      token: async (...asked) => (await loaded()).entries.token(...asked),
      close: async (...asked) => (await loaded()).entries.close(...asked),
      all: async (...asked) => (await loaded()).entries.all(...asked),
    },
  },
  doctor: {
    needsGood: ['incus'],
    // Its preflight reports the first two (also whether the server runs virtual machines), the download the next. The last asks each node.
    saysItself: ['incus', 'virtualisation', 'source', 'clock', 'configurations'],
    auto: { only: ['incus'] },
    why: () => ({ code: 'backend.containers', values: {} }),
  },
};

async function loaded() {
  return (await import('./index.js')).incusClasses;
}
