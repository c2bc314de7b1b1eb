/** The claims that a lab is whole, which every scenario begins with. */
import { now, sleep } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { type MessageValues, message } from '../report/messages.js';
import { withCauses } from './causes.js';
import type { ScenarioContext } from './context.js';
import {
  ASPECTS,
  type Aspect,
  agreedMaster,
  type Flaw,
  flawsOf,
  type Processes,
} from './health.js';
import type { Observation, Observer } from './observe.js';
import { patience, untilNextLook } from './patience.js';
import { type Claim, ClaimFailed } from './recorder.js';

/** At most, however many things are under way one after another, milliseconds. */
const MOST_MS = 180_000;

export function wholeClaims(lab: LabModel): (Claim & { readonly aspect: Aspect })[] {
  const { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = lab.sentinel;
  const each = lab.nodes.map(({ name, ip }) => ({ node: name, address: ip }));
  const values: Readonly<Partial<Record<Aspect, MessageValues>>> = {
    settings: { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs },
    members: { each },
  };
  return ASPECTS.map((aspect) => ({
    aspect,
    code: `whole.${aspect}`,
    values: values[aspect] ?? {},
  }));
}

/**
 * Makes these claims together: waits until all hold or the time is up, then says of each whether it does.
 * What is wrong in one place often shows in several. What was wrong when the lab was found is not looked for again.
 * Gives the last look.
 */
export async function claimWhole({
  lab,
  backend,
  recorder,
  observer,
  found,
}: ScenarioContext): Promise<Observation> {
  const since = now();
  const looked =
    found.length > 0
      ? { seen: await observer.look(), flaws: found }
      : await settledLook(lab, observer, {
          signal: recorder.signal,
          onWaiting: (flaw) => recorder.waits(flaw),
        });
  const { seen } = looked;
  const flaws = await withCauses(looked.flaws, backend);
  let failed: ClaimFailed | undefined;
  for (const { aspect, ...claim } of wholeClaims(lab)) {
    const own = flaws.filter((flaw) => flaw.aspect === aspect);
    const isFirst = failed === undefined && found.length > 0;
    try {
      const shown = [...own, ...(isFirst ? [message('found.left')] : [])];
      const holds = own.length === 0;
      recorder.found(claim, holds, holds ? wellSeen(lab, seen) : shown, since);
    } catch (error) {
      if (!(error instanceof ClaimFailed)) throw error;
      failed ??= error;
    }
  }
  if (failed) throw failed;
  return seen;
}

/** Looks until nothing is wrong, or until something is wrong that waiting does not end, or not in its time. */
export async function settledLook(
  lab: LabModel,
  observer: Observer,
  {
    there,
    signal,
    onWaiting,
  }: {
    readonly there?: Processes;
    readonly signal?: AbortSignal | undefined;
    readonly onWaiting?: (flaw: Flaw) => void;
  },
): Promise<{ readonly seen: Observation; readonly flaws: readonly Flaw[] }> {
  const begun = now();
  let since = begun;
  let last: Flaw | undefined;
  for (;;) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen, there);
    const { ms, why } = patience(lab, flaws);
    // What comes after the end of something, such as a link after a demotion, has a time of its own.
    if (why?.code !== last?.code) since = now();
    const waited = now() - since;
    if (!why || waited >= ms || now() - begun >= MOST_MS) return { seen, flaws };
    if (why.text !== last?.text) onWaiting?.(why);
    last = why;
    await sleep(untilNextLook(waited), signal);
  }
}

/** Values of a lab in which nothing is wrong; each claim uses those that its text has places for. */
function wellSeen(lab: LabModel, seen: Observation): MessageValues {
  const { quorum, downAfterMs } = lab.sentinel;
  const servers = redisNodes(lab).map(({ name }) => name);
  const master = agreedMaster(lab, seen)?.name ?? '';
  return {
    quorum,
    downAfterMs,
    master,
    sentinels: sentinelsOf(lab).length,
    count: servers.length,
    servers: servers.join(', '),
    replicas: servers.filter((name) => name !== master).join(', '),
  };
}
