/** Names where there is room for them. */

/** Rows in which names or marks lie one after another, `gap` apart. */
export class Rows {
  readonly #ends: number[] = [];

  constructor(
    readonly gap: number,
    readonly most = Number.POSITIVE_INFINITY,
  ) {}

  get count(): number {
    return this.#ends.length;
  }

  /** Takes the first row that is free there; undefined if none is. To be called in the order of `from`. */
  take(from: number, to: number): number | undefined {
    const free = this.#ends.findIndex((end) => end + this.gap <= from);
    const row = free < 0 ? this.count : free;
    if (row >= this.most) return undefined;
    this.#ends[row] = to;
    return row;
  }
}

/** The value, or the nearer of two limits; the lower one, where they leave no room. */
export function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** Places in the order of the wanted ones and near them, `room` apart, between two limits if they fit there. */
export function apart(
  wanted: readonly number[],
  room: number,
  [low, high]: readonly [number, number],
): number[] {
  const places: number[] = [];
  for (const [i, place] of wanted.entries()) {
    places.push(Math.max(place, low, i === 0 ? low : (places[i - 1] ?? low) + room));
  }
  let limit = high;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] ?? high, limit);
    limit = (places[i] ?? high) - room;
  }
  return places;
}
