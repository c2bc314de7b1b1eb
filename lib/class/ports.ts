/** The port by which each lab of a class is entered. Pure. */
import type { Room } from '../backends/descriptor.js';
import { EXIT, RedisLabError } from '../errors.js';

/** The first that is given to a lab, unless another is asked for. */
export const FIRST_PORT = 2201;

const LAST_PORT = 65_535;

/** So many that something else listens on are passed over. */
const MOST_REFUSED = 20;

/** A lab keeps its port; one that has none gets the lowest that no lab on the server has. */
export class Ports {
  readonly #of: Map<string, number>;
  readonly #taken: Set<number>;
  readonly #first: number;
  #refused = 0;

  /** @param rooms of all classes on the server */
  constructor(rooms: readonly Room[], first = FIRST_PORT) {
    this.#of = new Map(rooms.flatMap(({ lab, port }) => (port === undefined ? [] : [[lab, port]])));
    this.#taken = new Set(this.#of.values());
    this.#first = first;
  }

  of(lab: string): number {
    const port = this.#of.get(lab) ?? this.#lowest();
    this.#of.set(lab, port);
    return port;
  }

  /**
   * Another port for a lab, since something else listens on its own.
   * @throws RedisLabError (3) when that was so too often
   */
  instead(lab: string): number {
    this.#refused += 1;
    if (this.#refused > MOST_REFUSED) {
      throw new RedisLabError(
        `Something else listens on ${MOST_REFUSED} ports of the server from ${this.#first} on. Name a first port from which on they are free: --entry PORT`,
        { exitCode: EXIT.notReady, code: 'host.port-taken' },
      );
    }
    this.#of.delete(lab);
    return this.of(lab);
  }

  #lowest(): number {
    let port = this.#first;
    while (this.#taken.has(port)) port += 1;
    if (port > LAST_PORT) {
      throw new RedisLabError(
        `From ${this.#first} on there is no free port for another lab. Name a lower one: --entry PORT`,
        { exitCode: EXIT.notReady, code: 'host.port-taken' },
      );
    }
    this.#taken.add(port);
    return port;
  }
}
