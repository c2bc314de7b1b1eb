/** Which backend a class is on, so that you name it only once. */
import { type BackendName, backends } from '../../../backends/registry.js';
import type { ClassModel } from '../../../class/labs.js';
import { EXIT, RedisLabError } from '../../../errors.js';

/**
 * The one that was named; else the one that has labs of the class on this machine's disk; else a server's, if a client is here. That of
 * `$REDIS_LAB_BACKEND` is for labs of one person.
 * @throws RedisLabError (3) where none of these is
 */
export async function backendFor(
  { backend }: Record<string, unknown>,
  { described, name }: ClassModel,
): Promise<BackendName> {
  if (backend !== undefined) return String(backend);
  for (const each of backends()) {
    if (!each.labs?.isOnDisk) continue;
    const rooms = (await each.classes?.rooms(described, undefined)) ?? [];
    if (rooms.some((room) => room.class === name)) return each.name;
  }
  for (const each of backends()) {
    if (!each.labs?.isOnDisk && (await each.classes?.isHere?.(described))) return each.name;
  }
  throw new RedisLabError(
    'This machine has no client of Incus or LXD, whose containers are the labs of a class. How to get one: redis-lab doctor --backend incus. A small class can be processes of this machine, which are not kept apart: --backend local',
    { exitCode: EXIT.notReady },
  );
}
