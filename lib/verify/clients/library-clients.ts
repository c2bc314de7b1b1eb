/** Client libraries, which write beside the client of a scenario while it goes on. */
import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../../model/model.js';
import type { LibraryClientResult } from '../../report/types.generated.js';
import type { OwnKeys } from '../own-keys.js';
import { LibraryClient } from './library-client.js';
import type { ClientCall } from './plan.js';
import type { WantedClient } from './wanted.js';

/** How long what is broken stays so for clients that do not write again, milliseconds. */
export const HOLD_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** A client that is wanted, and how it is run. */
export interface ReadyClient extends ClientCall {
  readonly wanted: WantedClient;
}

export class LibraryClients {
  readonly #wanted: readonly ReadyClient[];
  readonly #lab: LabModel;
  readonly #keys: OwnKeys;
  readonly #signal: AbortSignal | undefined;
  #clients: readonly LibraryClient[] = [];
  /** Those that did not write to the new master in time. */
  #stuck: ReadonlySet<number> = new Set();

  constructor(
    wanted: readonly ReadyClient[],
    lab: LabModel,
    keys: OwnKeys,
    signal: AbortSignal | undefined,
  ) {
    [this.#wanted, this.#lab, this.#keys, this.#signal] = [wanted, lab, keys, signal];
  }

  /**
   * Starts them; resolves when each writes. The keys must have been chosen.
   * @throws RedisLabError (3) where they cannot reach the lab; (4, 5) where one does not write; the signal's reason
   */
  async begin(): Promise<void> {
    if (this.#wanted.length === 0) return;
    const at = { ...accessOf(this.#lab), database: this.#keys.database };
    this.#clients = this.#wanted.map(
      ({ wanted, ...call }, i) => new LibraryClient(wanted, call, at, this.#keys.ofLibrary(i)),
    );
    for (const each of this.#clients) await each.writes(this.#signal);
  }

  /** Waits until each writes to this node, at most {@link HOLD_MS}. */
  async writeTo(node: NodeModel): Promise<void> {
    const end = now() + HOLD_MS;
    const lengths = async () =>
      Promise.all(
        this.#clients.map(async (_, i) =>
          Number(await this.#keys.ask(node, ['LLEN', this.#keys.ofLibrary(i)])),
        ),
      );
    const away = new Set(this.#clients.keys());
    let before = await lengths();
    while (away.size > 0 && now() < end) {
      await sleep(LOOK_EVERY_MS, this.#signal);
      const seen = await lengths();
      for (const i of [...away]) if ((seen[i] ?? 0) > (before[i] ?? 0)) away.delete(i);
      before = seen;
    }
    this.#stuck = away;
  }

  /** Ends them. */
  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((each) => each.stop()));
  }

  /**
   * What became of what they wrote, once they are ended; undefined where none was wanted.
   * @param holder the node that is asked for what it has
   */
  async results(
    holder: NodeModel,
    fault: number,
  ): Promise<readonly LibraryClientResult[] | undefined> {
    if (this.#clients.length === 0) return undefined;
    return Promise.all(
      this.#clients.map(async (client, i) => {
        const stored = await this.#keys
          .ask(holder, ['LRANGE', this.#keys.ofLibrary(i), 0, -1])
          .catch(() => undefined);
        return client.result(
          Array.isArray(stored) ? stored.map(Number) : undefined,
          fault,
          this.#stuck.has(i),
        );
      }),
    );
  }
}

/** @throws RedisLabError (3) when a client on this machine needs more than addresses to get in */
export function accessOf(lab: LabModel) {
  const { auth, via, tls } = lab.nodes[0] ?? {};
  if (via || tls) {
    throw new RedisLabError(
      via
        ? `This machine has no address in the network of the lab ${lab.name}, and client libraries run here: take a backend whose nodes this machine reaches, such as local.`
        : `The servers of the lab ${lab.name} take TLS only, and client libraries come without certificates: take a lab without TLS.`,
      { exitCode: EXIT.notReady, code: 'client.no-way' },
    );
  }
  const password = auth?.reveal();
  return {
    masterName: lab.sentinel.masterName,
    sentinels: sentinelsOf(lab).map(({ ip, sentinelPort }) => ({ host: ip, port: sentinelPort })),
    ...(password === undefined ? {} : { password }),
  };
}
