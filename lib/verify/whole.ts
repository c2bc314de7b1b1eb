/** The claims that a lab is whole, which every scenario begins with. */
import { now, sleep } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { type MessageValues, message } from '../report/messages.js';
import type { ScenarioContext } from './context.js';
import { ASPECTS, type Aspect, agreedMaster, type Flaw, flawsOf } from './health.js';
import type { Observation, Observer } from './observe.js';
import { type Claim, ClaimFailed } from './recorder.js';

/** How long a lab that was ready may take to show it, milliseconds. */
const WITHIN_MS = 5000;
const LOOK_EVERY_MS = 20;

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
  recorder,
  observer,
  found,
}: ScenarioContext): Promise<Observation> {
  const since = now();
  const looked =
    found.length > 0
      ? { seen: await observer.look(), flaws: found }
      : await settledLook(lab, observer, recorder.signal);
  const { seen, flaws } = looked;
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

/** Looks until nothing is wrong, nothing that can come right by waiting, or the time is up. */
export async function settledLook(
  lab: LabModel,
  observer: Observer,
  signal: AbortSignal | undefined,
): Promise<{ readonly seen: Observation; readonly flaws: readonly Flaw[] }> {
  const end = now() + WITHIN_MS;
  for (;;) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen);
    // Settings do not come right by waiting; what else there is may, and is not blamed before.
    if (flaws.every(({ aspect }) => aspect === 'settings') || now() >= end) return { seen, flaws };
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/** What a lab shows where nothing is wrong; each claim takes of it what its text has. */
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
