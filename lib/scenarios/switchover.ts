/**
 * A Sentinel is asked to fail over although the master runs, as before maintenance. It does so at once; but the old master is not told for a
 * while, and what it acknowledges until it is a replica is lost. Valkey from 9.0 on coordinates it with the master, which loses nothing.
 */
import { type LabModel, sentinelsOf } from '../model/model.js';
import { compareVersions } from '../model/releases.js';
import { askOnce } from '../redis-view/connection.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { quoted } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import { breaksMaster, type FailoverRun } from './failover/failover-run.js';
import type { Story } from './failover/story.js';

/** From which version on Valkey's Sentinel has `COORDINATED`. */
const COORDINATED_FROM = '9.0.0';

const ASKED: Claim = { code: 'switchover.asked' };

const story: Story = {
  name: 'switchover',
  needs: { sentinels: 1 },
  planned: true,
  struck: () => [ASKED],
  rejoined: { code: 'switchover.rejoined' },
  strike,
  // Nothing is broken: the Sentinels make a replica of the old master, which ends the client's connection.
  heal: async () => undefined,
};

export const switchover = failoverBy(story);

/** The words that ask a Sentinel for it. */
export function switchoverWords({ redis, sentinel }: LabModel): readonly [string, ...string[]] {
  const { engine, version } = redis;
  const coordinates = engine === 'valkey' && compareVersions(version, COORDINATED_FROM) >= 0;
  const words = ['SENTINEL', 'FAILOVER', sentinel.masterName] as const;
  return coordinates ? [...words, 'COORDINATED'] : words;
}

async function strike(failover: FailoverRun): Promise<void> {
  const { context, lab } = failover;
  const [first] = sentinelsOf(lab);
  if (!first) throw new Error('the lab has no Sentinel');
  const asked = await breaksMaster(failover, 'switchover', ASKED);
  failover.fault = asked;
  const words = switchoverWords(lab);
  const said = await askOnce(sentinelEndpoint(first), words).then(
    String,
    (error: Error) => error.message,
  );
  const holds = said === 'OK';
  const seen = { node: first.name, words: words.join(' ') };
  context.recorder.found(ASKED, holds, holds ? seen : [quoted(`${first.name}: ${said}`)], asked);
}
