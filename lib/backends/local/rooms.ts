/** The rooms of classes on this machine: the folder of each lab says whose it is. Nothing keeps them apart from each other. */
import * as v from 'valibot';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import { labNamesIn } from '../../workspace/lab-folders.js';
import type { ClassesOfBackend, Room } from '../descriptor.js';
import { isOnDisk, pathsFor, ROOM } from './paths.js';

const schema = v.object({ class: v.string(), lab: v.string(), student: v.string() });

export const localClasses: ClassesOfBackend = {
  placed: async (labs) => ({ labs, notes: [] }),
  makeRoom: async (_, room) => makeRoom(room),
  removeRoom: async (_, { lab }) => {
    const { folder, root } = pathsFor(lab);
    if (folder.isOwn()) folder.remove(ROOM);
    folder.removeEmptyRoot();
    root.removeEmptyRoot();
  },
  rooms: async () => {
    const { root } = pathsFor('any');
    return root.isOwn() ? labNamesIn(root.root).flatMap((lab) => roomOf(lab) ?? []) : [];
  },
};

/** @throws RedisLabError (3) when there is such a lab that is not this student's */
function makeRoom(room: Room): void {
  const { folder, root } = pathsFor(room.lab);
  const found = roomOf(room.lab);
  if (found?.class === room.class && found.student === room.student) return;
  if (found || isOnDisk(room.lab)) {
    throw new RedisLabError(
      `There is a lab ${room.lab} on this machine that redis-lab did not make for ${visible(room.student)} of the class ${room.class}. Take it down (redis-lab down --set name=${room.lab}), or give the class another name (--set name=NAME).`,
      { exitCode: EXIT.notReady },
    );
  }
  root.makePrivate();
  folder.makePrivate();
  folder.replace(ROOM, `${JSON.stringify(room)}\n`, 0o600);
}

/** Undefined where a lab is of no class, or its room cannot be read: then calls on the lab say more. */
function roomOf(lab: string): Room | undefined {
  try {
    const { folder } = pathsFor(lab);
    const text = folder.isOwn() ? folder.readOwn(ROOM)?.toString('utf8') : undefined;
    if (text === undefined) return undefined;
    const { output, success } = v.safeParse(schema, JSON.parse(text));
    return success && output.lab === lab ? output : undefined;
  } catch {
    return undefined;
  }
}
