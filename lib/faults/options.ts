/** What a fault can be told. */

/** How a fault is done. Each takes some of them (`takes`). */
export interface FaultOptions {
  /**
   * The other end: names of nodes. Default: all that are not broken themselves; with {@link traffic} `sentinel`, all whose
   * Sentinels there are.
   */
  readonly from?: readonly string[];
  /** Only this direction, as the node sees it: `in`, what it is sent; `out`, what it sends. Default: both. */
  readonly oneWay?: 'in' | 'out';
  /**
   * `sentinel`: only what the Sentinels of {@link from}, the node's own as well, send to the node's Redis server. Default `all`.
   */
  readonly traffic?: 'all' | 'sentinel';
  /** How much later a packet arrives, on either way, milliseconds from 1 to 60 000. Default 0. */
  readonly delayMs?: number;
  /** By how much the delay varies, up and down, milliseconds, at most {@link delayMs}. Packets keep their order. Default 0. */
  readonly jitterMs?: number;
  /** Of a hundred packets, so many are lost on either way. Default 0. */
  readonly lossPercent?: number;
  /** How much passes on either way, kilobits per second, from 8 to 10 000 000. Default: no limit. */
  readonly rateKbit?: number;
}

/** How `running.inject()` breaks something. */
export interface InjectOptions extends FaultOptions {
  /** The fault is undone after so long, milliseconds, up to a day. Default: it stays until it is undone. */
  readonly forMs?: number;
  /** Aborted, it ends {@link forMs}: the fault is undone at once. */
  readonly signal?: AbortSignal | undefined;
}
