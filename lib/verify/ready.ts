import type { Backend } from '../backends/backend.js';
import { now, sleep, within } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { hurry } from '../redis-view/sentinel-periods.js';
import { duration } from '../report/layout.js';
import type { Message } from '../report/messages.js';
import { withCauses } from './causes.js';
import { type Flaw, flawsOf } from './health.js';
import { Observer } from './observe.js';
import { untilNextLook } from './patience.js';
import { ProcessWatch } from './process-watch.js';
import { CANNOT_STORE, waysOut } from './ways-out.js';

export interface ReadyOptions {
  /** Milliseconds. While servers make progress in loading their data, it starts again, up to ten times. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with what is not so yet, whenever that changes. */
  readonly onWaiting?: (problem: Message) => void;
  /** Asked whether the servers still run. Absent: only the servers themselves are asked. */
  readonly backend?: Pick<Backend, 'status' | 'logs' | 'lastWords'> | undefined;
}

/** A look takes a second if a server hangs. The connection to it may hang for longer, which is not waited for. Milliseconds. */
const LONGEST_LOOK_MS = 3000;

/** How long Sentinels have to find each other by themselves before they are hurried, milliseconds. */
const BY_THEMSELVES_MS = 60;

/** How long a refusal must last before it is reported as one that waiting does not end, milliseconds. */
const STUCK_MS = 10_000;

/** Loading lasts as long as there are data: so many deadlines at most. */
const MOST_DEADLINES = 10;

/**
 * Waits until every server answers, every link is up, every Sentinel runs as described, knows every node,
 * has had a PONG and an INFO from it, can reach its quorum and is not in TILT. Gives the moment, in
 * milliseconds of `now()`.
 * @throws RedisLabError (4) as soon as a server has ended, with its last words, or refuses what no waiting ends; (5) that
 * lists what is not so when the time is up
 */
export async function waitReady(
  lab: LabModel,
  { deadlineMs, signal, onWaiting, backend }: ReadyOptions,
): Promise<number> {
  const begun = now();
  let end = begun + deadlineMs;
  const observer = new Observer(lab);
  const processes = backend && new ProcessWatch(backend);
  const loads = new Map<string, number>();
  const hurryAt = begun + BY_THEMSELVES_MS;
  let restore: (() => Promise<void>) | undefined;
  let last = '';
  let stuckSince: number | undefined;
  try {
    for (;;) {
      const look = await within(Math.max(end - now(), LONGEST_LOOK_MS), observer.look(), signal);
      if (!look) throw late(begun, [], last || 'No server has answered, nor refused to.');
      const isSilent = flawsOf(lab, look).some(({ code }) => code.endsWith('-silent'));
      const there = isSilent ? await processes?.look(signal) : undefined;
      const flaws = flawsOf(lab, look, there);
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
      stuckSince = isStuck(flaws) || hasNoLink(flaws) ? (stuckSince ?? now()) : undefined;
      if (stuckSince !== undefined && now() - stuckSince >= STUCK_MS) {
        const why = await caused(flaws, backend);
        if (isStuck(flaws) || why.some(isLastingLink)) throw stays(why);
        stuckSince = now();
      }
      if (goesOn(loads, flaws))
        end = Math.min(now(), begun + (MOST_DEADLINES - 1) * deadlineMs) + deadlineMs;
      if (now() >= end) throw late(begun, await caused(flaws, backend));
      await sleep(untilNextLook(now() - begun), signal);
    }
  } finally {
    observer.close();
    await restore?.().catch(() => undefined);
  }
}

/** What does not end by waiting. */
const STUCK: ReadonlySet<string> = new Set([
  'servers.redis-unsaved',
  'servers.redis-busy',
  'servers.redis-locked',
  'servers.redis-full',
  'servers.redis-refuses',
  'servers.redis-unwritable',
  'servers.redis-hung',
  'servers.sentinel-locked',
  'servers.sentinel-refuses',
  'servers.sentinel-hung',
  'settings.sentinel',
  'settings.priority',
  'settings.writable-replica',
]);

function isStuck(flaws: readonly Flaw[]): boolean {
  // A replica that is on its way to its master has a flaw of its own.
  const isAlone = flaws.every(({ code }) => code === 'servers.redis-alone');
  return isAlone || flaws.some(({ code }) => STUCK.has(code));
}

function hasNoLink(flaws: readonly Flaw[]): boolean {
  return flaws.some(({ code }) => code === 'links.down' || code === 'links.syncing');
}

/** A replica that tries again and again, without an end. */
function isLastingLink({ code, values }: Flaw): boolean {
  const said = String(values['said']);
  return code === 'links.down-since' && (CANNOT_STORE.test(said) || SHUT_OUT.test(said));
}

/** Its master's answer to a password that is not right, or to a user that may not. */
const SHUT_OUT = /WRONGPASS|NOPERM/;

/** Whether a server has loaded more of its data than at any look before. */
function goesOn(loads: Map<string, number>, flaws: readonly Flaw[]): boolean {
  const further = flaws.flatMap(({ code, values }) => {
    const node = String(values['node']);
    const percent = Number(values['percent']);
    const isMore = code === 'servers.redis-loading' && percent > (loads.get(node) ?? -1);
    return isMore ? [[node, percent] as const] : [];
  });
  for (const [node, percent] of further) loads.set(node, percent);
  return further.length > 0;
}

async function caused(
  flaws: readonly Flaw[],
  backend: ReadyOptions['backend'],
): Promise<readonly Flaw[]> {
  return backend ? withCauses(flaws, backend) : flaws;
}

/** What is not so, and what to do next, of a lab that is left as it is. */
function stays(flaws: readonly Flaw[]): RedisLabError {
  return notReady('is not ready, and does not become so by waiting', flaws, {
    exitCode: EXIT.program,
    code: 'lab.stuck',
  });
}

/** @param instead of flaws, where there was no look at the lab */
function late(begun: number, flaws: readonly Flaw[], instead?: string): RedisLabError {
  return notReady(
    `was not ready after ${duration(now() - begun)}`,
    flaws,
    { exitCode: EXIT.deadline, code: 'deadline.ready' },
    instead,
  );
}

function notReady(
  what: string,
  flaws: readonly Flaw[],
  options: ConstructorParameters<typeof RedisLabError>[1],
  instead?: string,
): RedisLabError {
  const texts = instead === undefined ? flaws.map(({ text }) => text) : [instead];
  return new RedisLabError(
    [
      `The lab ${what}; it is still running. What was not so:`,
      ...texts.map((text) => `  ${text}`),
      ...waysOut(flaws),
      'What redis-lab heal does not mend needs a hand: see redis-lab status and redis-lab logs. Or take the lab down: redis-lab down.',
    ].join('\n'),
    options,
  );
}
