/**
 * A script that has written never ends: nobody can stop it without losing data, and a replica takes over. Then one that only reads, on
 * the new master: a Sentinel ends it.
 */
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import { quoted } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import {
  beganAt,
  breaksMaster,
  type FailoverRun,
  healed,
  SLACK_MS,
} from './failover/failover-run.js';
import { saveFirst } from './failover/rescue.js';
import type { Story } from './failover/story.js';
import { BUSY_AFTER_MS, HOUR_MS, readingScript, readingScriptClaims } from './reading-script.js';

const UNKILLABLE: Claim = { code: 'endless-script.unkillable' };

const SCRIPT = "redis.call('SET', KEYS[1], 'x') while true do end";

const story: Story = {
  name: 'endless-script',
  needs: {},
  silent: true,
  struck: () => [UNKILLABLE],
  rejoined: { code: 'endless-script.rejoined' },
  prepare: saveFirst,
  strike,
  async heal(failover) {
    await killed(failover);
    return undefined;
  },
  again: readingScriptClaims,
  onAgain: readingScript,
};

export const endlessScript = failoverBy(story);

/** A server that runs such a script ends for nobody. */
async function killed(failover: FailoverRun): Promise<void> {
  const stuck = { node: failover.master.name, service: 'redis', said: 'BUSY' } as const;
  await healed(failover, { restart: [stuck] });
}

async function strike(failover: FailoverRun): Promise<void> {
  const { master, writer, context, undo } = failover;
  const { recorder, keys } = context;
  const asked = await breaksMaster(failover, 'script', UNKILLABLE);
  failover.crashed = true;
  const connection = await keys.open(master, { timeoutMs: HOUR_MS });
  let answer: string | undefined;
  connection.ask('EVAL', SCRIPT, 1, keys.probe).then(
    (reply) => {
      answer = String(reply);
    },
    (error: Error) => {
      answer = error.message;
    },
  );
  undo.push(async () => {
    if (answer === undefined) await killed(failover);
    connection.close();
  });
  await recorder.eventually(UNKILLABLE, { withinMs: BUSY_AFTER_MS + SLACK_MS }, async () => {
    const said = await askOnce(redisEndpoint(master), ['SCRIPT', 'KILL']).then(
      () => 'OK',
      (error: Error) => error.message,
    );
    if (said.startsWith('UNKILLABLE')) return { holds: true, seen: { said } };
    return { holds: false, final: answer !== undefined, seen: [quoted(answer ?? said)] };
  });
  const last = writer.ledger.entries.findLast(
    ({ outcome, node }) => outcome === 'acknowledged' && node === master.name,
  );
  beganAt(failover, asked, last);
}
