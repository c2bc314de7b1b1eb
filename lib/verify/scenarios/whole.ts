/** The claims that a lab is whole, which every scenario begins with. */
import { now, sleep } from '../../clock.js';
import { type LabModel, sentinelsOf } from '../../model/model.js';
import { redisNodes } from '../../redis-view/endpoints.js';
import type { ScenarioContext } from '../context.js';
import { type Aspect, agreedMaster, type Flaw, flawsOf } from '../health.js';
import type { Observation, Observer } from '../observe.js';
import { type Claim, ClaimFailed } from '../recorder.js';

/** How long a lab that was ready may take to show it, milliseconds. */
const WITHIN_MS = 5000;
const LOOK_EVERY_MS = 20;

export function wholeClaims(lab: LabModel): (Claim & { readonly aspect: Aspect })[] {
  const { quorum, downAfterMs, failoverTimeoutMs, parallelSyncs } = lab.sentinel;
  return [
    {
      aspect: 'servers',
      claim: 'Every Redis server and every Sentinel answers',
      expected: 'an answer of each within a second',
    },
    {
      aspect: 'settings',
      claim: 'Every Sentinel and every replica runs with the described settings',
      expected: `quorum ${quorum}, down-after-milliseconds ${downAfterMs}, failover-timeout ${failoverTimeoutMs}, parallel-syncs ${parallelSyncs}; replicas read-only, each with its priority`,
    },
    {
      aspect: 'members',
      claim: 'Every Sentinel knows every server at its own address, and nobody else',
      expected: lab.nodes.map((node) => `${node.name} ${node.ip}`).join(', '),
    },
    {
      aspect: 'master',
      claim: 'One node is master, and every Sentinel names it',
      expected: 'the same node by all, up',
    },
    {
      aspect: 'links',
      claim: 'Every replica follows the master, and its link is up',
      expected: 'master_link_status:up on each',
    },
    {
      aspect: 'contact',
      claim: 'Every Sentinel is in touch with every server',
      expected: 'a PONG of each, and an INFO of each Redis server',
    },
    {
      aspect: 'quorum',
      claim: 'Every Sentinel can reach its quorum, and none is in TILT',
      expected: 'CKQUORUM answers OK',
    },
  ];
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
    const texts = flaws.filter((flaw) => flaw.aspect === aspect).map(({ text }) => text);
    const isFirst = failed === undefined && found.length > 0;
    try {
      const shown = [...texts, ...(isFirst ? [MENDING] : [])].join('; ');
      const holds = texts.length === 0;
      recorder.found(claim, holds, holds ? wellSeen(lab, seen, aspect) : shown, since);
    } catch (error) {
      if (!(error instanceof ClaimFailed)) throw error;
      failed ??= error;
    }
  }
  if (failed) throw failed;
  return seen;
}

const MENDING =
  'the lab was found like this, and nothing was changed. To mend what does not run, stands still or is cut off: redis-lab heal, or redis-lab verify --heal. To begin anew: redis-lab up --fresh';

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

/** What a lab shows of an aspect in which nothing is wrong. */
function wellSeen(lab: LabModel, seen: Observation, aspect: Aspect): string {
  const { quorum, downAfterMs } = lab.sentinel;
  const servers = redisNodes(lab).map(({ name }) => name);
  const sentinels = sentinelsOf(lab);
  const master = agreedMaster(lab, seen)?.name;
  switch (aspect) {
    case 'servers':
      return `${servers.length} servers and ${sentinels.length} Sentinels`;
    case 'settings':
      return `quorum ${quorum}, down-after ${downAfterMs} ms on each Sentinel`;
    case 'members':
      return `${servers.join(', ')} and ${sentinels.length} Sentinels`;
    case 'master':
      return `${master}`;
    case 'links':
      return `up: ${servers.filter((name) => name !== master).join(', ')}`;
    case 'contact':
      return 'all heard of';
    case 'quorum':
      return `${sentinels.length} usable Sentinels, a quorum is ${quorum}`;
  }
}
