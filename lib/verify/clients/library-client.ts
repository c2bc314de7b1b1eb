/** One client of a library: a process of its own, whose bugs and pauses are nobody else's. */
import { createInterface } from 'node:readline';
import { now, sleep } from '../../clock.js';
import { type PipedProgram, startPiped } from '../../command/piped.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LibraryClientResult } from '../../report/types.generated.js';
import { account, type LibraryWrite } from './account.js';
import { type ClientCall, planFor } from './plan.js';
import { settingsText, type WantedClient } from './wanted.js';

/** Callers of a client: as many writes may be under way. */
const CALLERS = 2;
/** Between the starts of two writes of a caller, milliseconds, if the first has ended by then. */
const CALL_EVERY_MS = 20;
const WRITES_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
/** What has an end of its own is not waited for longer, milliseconds. */
const ENDS_WITHIN_MS = 5000;

/** How the client gets into the lab. */
export interface ClientAccess {
  readonly masterName: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly password?: string;
  readonly database: number;
}

/** A line of what it tells: its clock, what, of which write, since when, and what error. */
type Line = readonly [
  at: number,
  what: string,
  number?: number | string,
  began?: number,
  kind?: string,
];

export class LibraryClient {
  /** Resolves when its process has ended. */
  readonly ended: Promise<void>;
  readonly #wanted: WantedClient;
  readonly #version: string;
  readonly #program: PipedProgram;
  readonly #settled = new Map<number, readonly [began: number, ended: number, error?: string]>();
  readonly #open = new Map<number, number>();
  /** From its clock to ours: what came quickest came in no time. */
  #offset = Number.POSITIVE_INFINITY;
  #ended: string | undefined;
  #over: number | undefined;

  constructor(wanted: WantedClient, { call, version }: ClientCall, at: ClientAccess, key: string) {
    [this.#wanted, this.#version] = [wanted, version];
    this.#program = startPiped(call);
    const lines = createInterface({ input: this.#program.output });
    lines.on('line', (line) => this.#hear(line));
    this.ended = this.#program.ended.then((why) => {
      // Asked to end, it ends.
      if (this.#over === undefined) this.#ended = why.split('\n').slice(-20).join('\n');
    });
    const { library, settings } = wanted;
    const plan = { at, key, callers: CALLERS, everyMs: CALL_EVERY_MS, settings };
    this.#program.input.write(planFor(library, plan));
  }

  /**
   * Resolves when a write of it was acknowledged.
   * @throws RedisLabError (5) where none is; (4) where it ended; the signal's reason
   */
  async writes(signal: AbortSignal | undefined): Promise<void> {
    const end = now() + WRITES_WITHIN_MS;
    const { name } = this.#wanted;
    for (;;) {
      const errors = [...this.#settled.values()].map(([, , error]) => error);
      if (errors.includes(undefined)) return;
      if (this.#ended !== undefined) {
        throw new RedisLabError(`The client ${name} ended before it wrote: ${this.#ended}`, {
          exitCode: EXIT.program,
        });
      }
      if (now() >= end) {
        throw new RedisLabError(
          `The client ${name} could not write within ${WRITES_WITHIN_MS / 1000} s: ${errors.at(-1) ?? 'it had no answer'}. See redis-lab status, and what its settings mean.`,
          { exitCode: EXIT.deadline },
        );
      }
      await sleep(LOOK_EVERY_MS, signal);
    }
  }

  /** Ends it, after the writes that end soon. */
  async stop(): Promise<void> {
    if (this.#over !== undefined) return;
    this.#over = now();
    this.#program.end();
    const waiting = new AbortController();
    const late = sleep(ENDS_WITHIN_MS, waiting.signal).catch(() => undefined);
    await Promise.race([this.ended, late]);
    waiting.abort();
  }

  /**
   * What became of what it wrote, and what {@link account} says of that.
   * @param stuck whether it did not follow the failover
   */
  result(
    stored: readonly number[] | undefined,
    fault: number,
    stuck: boolean,
  ): LibraryClientResult {
    const { name, library, settings } = this.#wanted;
    return {
      client: name,
      library,
      version: this.#version,
      settings: settingsText(settings),
      ...account(this.#writes(), stored, fault, this.#over ?? now()),
      stuck,
      ended: this.#ended ?? null,
    };
  }

  #writes(): LibraryWrite[] {
    const open = [...this.#open].filter(([number]) => !this.#settled.has(number));
    return [
      ...[...this.#settled].map(([number, [began, ended, error]]) => ({
        number,
        began: began + this.#offset,
        ended: ended + this.#offset,
        ...(error === undefined ? {} : { error }),
      })),
      ...open.map(([number, began]) => ({ number, began: began + this.#offset })),
    ];
  }

  #hear(text: string): void {
    const line = lineIn(text);
    if (!line) return;
    const [at, what, number, began = 0, kind] = line;
    this.#offset = Math.min(this.#offset, now() - at);
    if (typeof number !== 'number') return;
    if (what === 'pending') this.#open.set(number, began);
    else this.#settled.set(number, kind === undefined ? [began, at] : [began, at, kind]);
  }
}

/** Undefined for what the library itself prints. */
function lineIn(text: string): Line | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) && typeof read[0] === 'number'
      ? (read as unknown as Line)
      : undefined;
  } catch {
    return undefined;
  }
}
