/** Which member of a cluster gets which lab of a class: whole labs, each where most memory is free. Pure. */

export interface Space {
  readonly name: string;
  /** Megabytes of memory and of the storage pool that labs may take; the pool's are undefined where it does not tell. */
  readonly memoryMb: number;
  readonly diskMb: number | undefined;
}

export interface Size {
  readonly memoryMb: number;
  readonly diskMb: number;
}

/** What is left of a member for one more lab; none where it is full. */
export function without(space: Space, { memoryMb, diskMb }: Size): Space | undefined {
  const left = {
    name: space.name,
    memoryMb: space.memoryMb - memoryMb,
    diskMb: space.diskMb === undefined ? undefined : space.diskMb - diskMb,
  };
  return left.memoryMb < 0 || (left.diskMb ?? 0) < 0 ? undefined : left;
}

/** The member for one more lab, and what is then left on each; undefined: no member has room for it. */
export function place(
  spaces: readonly Space[],
  size: Size,
): { readonly member: string; readonly left: readonly Space[] } | undefined {
  const [most] = spaces
    .flatMap((space) => without(space, size) ?? [])
    .toSorted((one, other) => other.memoryMb - one.memoryMb);
  if (most === undefined) return undefined;
  const left = spaces.map((space) => (space.name === most.name ? most : space));
  return { member: most.name, left };
}

/** How many of some labs each member gets, all of one size; those that fit nowhere are left over. */
export function shares(
  spaces: readonly Space[],
  count: number,
  size: Size,
): { readonly of: ReadonlyMap<string, number>; readonly over: number } {
  const of = new Map(spaces.map(({ name }) => [name, 0]));
  let left = spaces;
  for (let done = 0; done < count; done++) {
    const placed = place(left, size);
    if (placed === undefined) return { of, over: count - done };
    of.set(placed.member, (of.get(placed.member) ?? 0) + 1);
    left = placed.left;
  }
  return { of, over: 0 };
}
