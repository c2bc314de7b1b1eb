/** What clients did with lists to which they append, and what was there at the end. Moments are milliseconds of one clock. */

export type Outcome = 'acknowledged' | 'refused' | 'unknown';

interface Asked {
  readonly client: string;
  readonly invokedAt: number;
  /** Absent if no answer came. */
  readonly answeredAt?: number;
  /** An append whose outcome is unknown may have happened at any later time, or never; one that was refused has not happened. */
  readonly outcome: Outcome;
  /** Name of the node that was asked, where it is known. */
  readonly node?: string;
}

export interface Append extends Asked {
  readonly kind: 'append';
  readonly key: string;
  /** No other append to this key has it. */
  readonly value: string;
}

export interface Read extends Asked {
  readonly kind: 'read';
  readonly key: string;
  /** The whole list. Absent if no answer came. */
  readonly list?: Snapshot;
}

/** WAIT: about the append before it of the same client. */
export interface Wait extends Asked {
  readonly kind: 'wait';
  /** How many replicas had it, as the server said. */
  readonly replicas: number;
}

export type Operation = Append | Read | Wait;

/** The first values of a list that may have grown since: reads of one list share it, and take no room of their own. */
export interface Snapshot {
  readonly values: readonly string[];
  /** How many of them. */
  readonly length: number;
}

export interface History {
  readonly operations: readonly Operation[];
  /** By key: the list on the node that is the master at the end. Without one, the list is empty. */
  readonly final: Readonly<Record<string, readonly string[]>>;
}

/** Gives lists that begin alike as snapshots of one list. */
export class Snapshots {
  /** The one that was read last comes first. */
  readonly #lists: string[][] = [];

  take(values: readonly string[]): Snapshot {
    const found = this.#lists.findIndex((list) => beginsAlike(list, values));
    const list = this.#lists.splice(found, found < 0 ? 0 : 1)[0] ?? [];
    this.#lists.unshift(list);
    for (let i = list.length; i < values.length; i++) list.push(values[i] as string);
    return { values: list, length: values.length };
  }
}

function beginsAlike(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}
