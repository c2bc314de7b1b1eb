/** A script that has written never ends: nobody can stop it without losing data, and a replica takes over. */
import { now } from '../clock.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import { message, quoted } from '../report/messages.js';
import { Probe } from '../verify/probe.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, onlyReplicas, SLACK_MS } from './failover/failover-run.js';
import { saveFirst } from './failover/rescue.js';
import type { Story } from './failover/story.js';

const UNKILLABLE: Claim = { code: 'endless-script.unkillable' };

const SCRIPT = "redis.call('SET', KEYS[1], 'x') while true do end";

/** After this time a server answers others BUSY while a script runs (`busy-reply-threshold`, `lua-time-limit`), milliseconds. */
const BUSY_AFTER_MS = 5000;

/** The script never answers; its connection is kept for so long at most, milliseconds. */
const HOUR_MS = 3_600_000;

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
};

export const endlessScript = failoverBy(story);

/** A server that runs such a script ends for nobody. */
async function killed({ context: { backend, recorder }, master }: FailoverRun): Promise<void> {
  const stuck = { node: master.name, service: 'redis', said: 'BUSY' } as const;
  const options = { restart: [stuck], signal: recorder.signal };
  for (const mended of await backend.heal(options)) recorder.tell('scenario', 'healed', [mended]);
}

async function strike(failover: FailoverRun): Promise<void> {
  const { master, writer, context, sections, undo } = failover;
  const { recorder, keys } = context;
  await onlyReplicas(failover, UNKILLABLE);
  const connection = await keys.open(master, { timeoutMs: HOUR_MS });
  context.breaks();
  failover.crashed = true;
  const node = master.name;
  sections.fault = { kind: 'script', node };
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', { kind: 'script', node })], asked);
  failover.probe = new Probe(failover.others, keys);
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
    ({ outcome, at, node: by }) => outcome === 'acknowledged' && by === node && at <= now(),
  );
  failover.fault = Math.max(asked, last?.settledAt ?? asked);
  recorder.zero = failover.fault;
}
