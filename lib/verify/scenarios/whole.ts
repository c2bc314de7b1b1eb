/** The claims that a lab is whole, which every scenario begins with. */
import { now, sleep } from '../../clock.js';
import { type LabModel, sentinelsOf } from '../../model/model.js';
import { type Aspect, agreedMaster, flawsOf } from '../judge.js';
import type { Observation } from '../observe.js';
import { redisNodes } from '../places.js';
import type { Scene } from '../scene.js';
import { type Claim, ClaimFailed } from '../story.js';

/** How long a lab that was ready may take to show it, milliseconds. */
const WITHIN_MS = 5000;
const LOOK_EVERY_MS = 20;

export function wholeClaims(lab: LabModel): (Claim & { readonly aspect: Aspect })[] {
  const { quorum, downAfterMs, failoverTimeoutMs } = lab.sentinel;
  return [
    {
      aspect: 'servers',
      claim: 'Every Redis server and every Sentinel answers',
      expected: 'an answer of each within a second',
    },
    {
      aspect: 'settings',
      claim: 'Every Sentinel runs with the described settings',
      expected: `quorum ${quorum}, down-after-milliseconds ${downAfterMs}, failover-timeout ${failoverTimeoutMs}`,
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
 * What is wrong in one place often shows in several. Gives the last look.
 */
export async function claimWhole({ lab, story, observer }: Scene): Promise<Observation> {
  const since = now();
  for (;;) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen);
    // Settings do not come right by waiting; what else there is may, and is not blamed before.
    const settled = flaws.every(({ aspect }) => aspect === 'settings');
    if (settled || now() - since >= WITHIN_MS) {
      let failed: ClaimFailed | undefined;
      for (const { aspect, ...claim } of wholeClaims(lab)) {
        const texts = flaws.filter((flaw) => flaw.aspect === aspect).map(({ text }) => text);
        try {
          const shown = texts.length > 0 ? texts.join('; ') : wellSeen(lab, seen, aspect);
          story.found(claim, texts.length === 0, shown, since);
        } catch (error) {
          if (!(error instanceof ClaimFailed)) throw error;
          failed ??= error;
        }
      }
      if (failed) throw failed;
      return seen;
    }
    await sleep(LOOK_EVERY_MS, story.signal);
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
      return `quorum ${quorum}, down-after ${downAfterMs} ms on each`;
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
