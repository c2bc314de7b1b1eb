/** What the checks of a class look at: how many labs come to the server, and where they go. */
import type { ClassGround, MemberGround } from '../../backends/class-ground.js';
import { FIGURES, sizeOf } from '../../backends/incus/figures.js';
import { type Space, shares } from '../../backends/incus/spread.js';
import { machinesOf } from '../../model/model.js';
import type { Facts } from '../facts.js';

export interface ClassFacts {
  readonly ground: ClassGround;
  /** Labs that are to be, those that are there already included. */
  readonly labs: number;
  /** Labs that are still to be made. */
  readonly toCome: number;
  /** Machines of one lab. */
  readonly nodes: number;
  /** Of one lab, megabytes. */
  readonly size: ReturnType<typeof sizeOf>;
  readonly online: readonly MemberGround[];
  /** How many of those to come each member gets, as `class up` spreads them; what fits nowhere is left over. */
  readonly spread: ReturnType<typeof shares>;
}

/** Undefined where no class was asked about, or the server does not answer, which other checks say. */
export async function classFacts(facts: Facts): Promise<ClassFacts | undefined> {
  const { labs, lab } = facts;
  if (labs === undefined) return undefined;
  const ground = await facts.ground();
  if ('silent' in ground) return undefined;
  const size = sizeOf(lab);
  const online = ground.members.filter(({ state }) => state === 'online');
  const there = [...ground.labs.values()].reduce((sum, count) => sum + count, 0);
  const toCome = Math.max(0, labs - there);
  return {
    ground,
    labs,
    toCome,
    nodes: machinesOf(lab).length,
    size,
    online,
    spread: shares(online.map(spaceOf), toCome, size),
  };
}

/** What labs may take of a member. */
export function spaceOf({ name, freeMb, diskMb }: MemberGround): Space {
  return { name, memoryMb: freeMb - FIGURES.member.spareMb.value, diskMb };
}
