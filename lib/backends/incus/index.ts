import { faultsFor } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import type { Backend } from '../backend.js';
import type { ClassesOfBackend } from '../descriptor.js';
import { MachineBackend } from '../machine/backend.js';
import { MACHINE_OFFERS } from '../machine/host.js';
import { groundOf } from './class-ground.js';
import { classImage, removeClassImages } from './class-image.js';
import { type Client, clientsHere } from './client.js';
import { processorsOf } from './cluster.js';
import { closeEntry, entrancesOf, openEntry } from './entry.js';
import { type IncusOptions, IncusServer } from './host.js';
import { looksOn } from './looks.js';
import { placed } from './placed.js';
import { findClient, silent } from './preflight.js';
import { closeRoom, makeRoom, removeRoom, roomsOn } from './rooms.js';
import { checkTokens, newToken, revokeTokens } from './tokens.js';

export { incusLabs } from './list.js';

/** Classes of a server. */
export const incusClasses: Required<ClassesOfBackend> = {
  placed: async (labs, signal) => {
    const [first] = labs;
    return first ? placed(await clientFor(first, signal), labs, signal) : { labs: [], notes: [] };
  },
  shared: async (described, labs, options) => {
    // A virtual machine installs itself: of its disk no image is made.
    if (described.incus.vm) return labs;
    const common = inCommon(described);
    const template = await classImage(await clientFor(common, options.signal), common, options);
    return labs.map((lab) => ({ ...lab, incus: { ...lab.incus, template } }));
  },
  removeShared: async (described) => {
    const common = inCommon(described);
    await removeClassImages(await clientFor(common), common);
  },
  makeRoom: async (lab, room) => makeRoom(await clientFor(lab), lab, room),
  closeRoom: async (lab) => closeRoom(await clientFor(lab), lab),
  removeRoom: async (described, room) => {
    const { incus } = described;
    const lab = { ...described, incus: { ...incus, project: room.lab } };
    await removeRoom(await clientFor(lab), room.lab);
  },
  rooms: async (described, signal) => roomsOn(await clientFor(described, signal), signal),
  ground: async (described, signal) =>
    groundOf(await clientFor(described, signal), described, signal),
  isHere: async ({ incus }) => clientsHere(incus).length > 0,
  processors: async (described, signal) => processorsOf(await clientFor(described, signal), signal),
  looks: async (described) => looksOn(await clientFor(described)),
  entries: {
    open: async (lab, ...asked) => openEntry(await clientFor(lab), lab, ...asked),
    checkTokens: async (described, signal) =>
      checkTokens(await clientFor(described, signal), signal),
    token: async (described, { lab }) => newToken(await clientFor(described), lab),
    close: async (described, of) => {
      const client = await clientFor(described);
      await revokeTokens(client, of.lab);
      await closeEntry(client, of);
    },
    all: async (described, of, signal) =>
      entrancesOf(await clientFor(described, signal), described, of, signal),
  },
};

/** In the project whose images those of the labs see. */
function inCommon(described: LabModel): LabModel {
  return { ...described, incus: { ...described.incus, project: 'default' } };
}

async function clientFor(lab: LabModel, signal?: AbortSignal): Promise<Client> {
  const found = await findClient(lab, undefined, signal);
  if ('what' in found) throw silent(found);
  return found;
}

/** Containers or virtual machines of an Incus or LXD server. */
export function incusBackend(
  lab: LabModel,
  options: IncusOptions = {},
  faults = faultsFor({ name: 'incus', offers: MACHINE_OFFERS }),
): Backend {
  return new MachineBackend(lab, new IncusServer(lab, options), faults, options.stateHome);
}
