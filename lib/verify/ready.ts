import { now, sleep, within } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { hurry } from '../redis-view/sentinel-periods.js';
import type { Message } from '../report/messages.js';
import { flawsOf } from './health.js';
import { Observer } from './observe.js';

export interface ReadyOptions {
  /** Milliseconds. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What is not so yet, whenever that changes. */
  readonly onWaiting?: (problem: Message) => void;
}

/**
 * Between two looks: a twentieth of the time that was waited, and not less or more than this, in milliseconds. To look at
 * every server costs as much as Sentinel and Redis themselves, and a lab that heals waits half a minute for Sentinel.
 */
const LOOK_EVERY_MS = { least: 20, most: 250 };

/** A look takes a second where a server hangs; the way to a server may hang for longer, and is not waited for. Milliseconds. */
const LONGEST_LOOK_MS = 3000;

/** How long Sentinels have to find each other by themselves before they are hurried, milliseconds. */
const BY_THEMSELVES_MS = 60;

/**
 * Waits until every server answers, every link is up, every Sentinel runs as described, knows every node,
 * has had a PONG and an INFO from it, can reach its quorum and is not in TILT. Gives the moment, in
 * milliseconds of `now()`.
 * @throws RedisLabError (5) that lists what is not so when the time is up
 */
export async function waitReady(
  lab: LabModel,
  { deadlineMs, signal, onWaiting }: ReadyOptions,
): Promise<number> {
  const begun = now();
  const end = begun + deadlineMs;
  const observer = new Observer(lab);
  const hurryAt = begun + BY_THEMSELVES_MS;
  let restore: (() => Promise<void>) | undefined;
  let last = '';
  try {
    for (;;) {
      const look = await within(Math.max(end - now(), LONGEST_LOOK_MS), observer.look(), signal);
      if (!look) throw late(deadlineMs, [last || 'No server has answered, nor refused to.']);
      const flaws = flawsOf(lab, look);
      const [first] = flaws;
      if (!first) return now();
      // Sentinels that start together miss each other by milliseconds, and try again after a whole
      // ping period: for that long they are given a short one. Versions before 7.0 have to wait.
      if (!restore && now() > hurryAt && flaws.every(({ aspect }) => aspect === 'contact')) {
        restore = await hurry(sentinelsOf(lab).map(sentinelEndpoint)).catch(
          () => async () => undefined,
        );
      }
      if (first.text !== last) onWaiting?.(first);
      last = first.text;
      if (now() >= end) {
        throw late(
          deadlineMs,
          flaws.map(({ text }) => text),
        );
      }
      const { least, most } = LOOK_EVERY_MS;
      await sleep(Math.min(Math.max((now() - begun) / 20, least), most), signal);
    }
  } finally {
    observer.close();
    await restore?.().catch(() => undefined);
  }
}

function late(deadlineMs: number, flaws: readonly string[]): RedisLabError {
  return new RedisLabError(
    [
      `The lab was not ready within ${deadlineMs} ms; it is still running. What was not so:`,
      ...flaws.map((text) => `  ${text}`),
      'See redis-lab status and redis-lab logs, or take it down with redis-lab down.',
    ].join('\n'),
    { exitCode: EXIT.deadline, code: 'deadline.ready' },
  );
}
