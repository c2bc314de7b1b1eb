/** A node whose first boot stands still: that is noticed within a minute, and what it waits for is told. It is no failure. */
import { CLOCK, type Clock } from '../../clock.js';
import { type Message, message } from '../../report/messages.js';
import type { Look } from './boot-look.js';

/** Milliseconds from the end of a look to the next. */
const EVERY_MS = 12_000;

/**
 * After so many milliseconds without anything that moves it is told. With the looks between, that is within a minute: at worst, what moved
 * last did so right after a look was left out, the next one has none to be compared with, and the one after it sees the same.
 */
const STILL_MS = 30_000;

/** What stays as it is is told again after so many milliseconds. */
const AGAIN_MS = 120_000;

/** A node that takes less of a processor than this does nothing of its own; following its boot takes some. */
const RESTS = 0.1;

export interface Standstill {
  /** To be called for each line that comes from the node. */
  moved(): void;
  /** Ends it, and waits until the look that is under way has ended. */
  end(): Promise<void>;
}

/**
 * Looks at a node from time to time while nothing comes from it.
 * @param node its name, for messages
 * @param look as cheap as can be: the node has better things to do
 * @param isExcused whether it waits for another node, of which somebody else tells
 * @param tell called when it has stood still for a while, again when what it waits for has changed, and when it goes on
 */
export function watchStandstill(
  node: string,
  look: (signal: AbortSignal) => Promise<Look>,
  {
    tell,
    isExcused = () => false,
    clock = CLOCK,
  }: {
    readonly tell: (told: Message) => void;
    readonly isExcused?: () => boolean;
    readonly clock?: Clock | undefined;
  },
): Standstill {
  const over = new AbortController();
  let lastMs = clock.now();
  let saidMs: number | undefined;
  let said: string | undefined;
  const goesOn = () => {
    lastMs = clock.now();
    if (saidMs === undefined) return;
    tell(message('start.moves', { node }));
    saidMs = undefined;
    said = undefined;
  };
  const watching = async () => {
    let before: Look | undefined;
    let beforeMs = 0;
    for (;;) {
      await clock.sleep(EVERY_MS, over.signal);
      // Lines came since: nobody need look.
      if (clock.now() - lastMs < EVERY_MS || isExcused()) {
        before = undefined;
        continue;
      }
      const atMs = clock.now();
      const seen = await look(over.signal);
      over.signal.throwIfAborted();
      const isFirst = before === undefined;
      if (before && hasMoved(before, seen, atMs - beforeMs)) goesOn();
      before = seen;
      beforeMs = atMs;
      const stillMs = clock.now() - lastMs;
      if (isFirst || stillMs < STILL_MS) continue;
      const text = seen.waits.map((each) => each.text).join(' ');
      const isDue = saidMs === undefined || text !== said || clock.now() - saidMs >= AGAIN_MS;
      if (!isDue) continue;
      saidMs = clock.now();
      said = text;
      const seconds = Math.round(stillMs / 1000);
      tell(message('start.still', { node, seconds, waits: inARow(seen.waits) }));
    }
  };
  const watched = watching().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  // Whoever waits for its end hears of it.
  watched.catch(() => undefined);
  return {
    moved: goesOn,
    end: async () => {
      over.abort();
      await watched;
    },
  };
}

/** Whether anything has happened between two looks. */
function hasMoved(before: Look, seen: Look, tookMs: number): boolean {
  if (before.mark !== seen.mark) return true;
  if (before.cpuMs === undefined || seen.cpuMs === undefined) return false;
  return seen.cpuMs - before.cpuMs > RESTS * tookMs;
}

function inARow([first, ...others]: readonly Message[]): Message {
  const begin = first ?? message('still.no-log');
  return others.reduce((each, next) => message('in-a-row', { said: each, next }), begin);
}
