/**
 * A script that only reads, and never ends: a Sentinel that sees the master down ends it by SCRIPT KILL. Whether a replica has
 * taken over by then is a race; either is right, as long as there is one master in the end.
 */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import { message, quoted } from '../report/messages.js';
import { agreedMaster, flawsOf } from '../verify/health.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import type { Writer } from '../verify/writer.js';
import { answers, type FailoverRun, lastOf, SLACK_MS } from './failover/failover-run.js';
import { hurrySentinels, restoreSentinels } from './failover/recovery.js';
import { claimCounted, secondClient } from './second-client.js';

const READS: Claim = { code: 'endless-script.reads' };
const ONE_MASTER: Claim = { code: 'endless-script.one-master' };
const COUNTED: Claim = { code: 'endless-script.counted' };

const SCRIPT = "while true do redis.call('EXISTS', KEYS[1]) end";

/** After this time a server answers others BUSY while a script runs (`busy-reply-threshold`, `lua-time-limit`), milliseconds. */
export const BUSY_AFTER_MS = 5000;
/** The script never answers by itself; its connection is kept for so long at most, milliseconds. */
export const HOUR_MS = 3_600_000;
/** Sentinel's longest time between two PINGs (SENTINEL_PING_PERIOD), and until it looks at what came, milliseconds. */
const PING_MS = 1000;
const TICK_MS = 100;

/**
 * A Sentinel kills the script at the first BUSY that comes after it has seen the server down. Where a replica has taken over, that is
 * seen anew, of a server that is then a replica to it. Milliseconds from the script's beginning.
 */
function killedWithin({ sentinel: { downAfterMs } }: LabModel): readonly [number, number] {
  const down = downAfterMs + Math.min(PING_MS, downAfterMs) + 2 * TICK_MS;
  const replaced = down < BUSY_AFTER_MS ? down + PING_MS + down : down;
  return [BUSY_AFTER_MS, Math.max(BUSY_AFTER_MS, replaced) + PING_MS + 2 * TICK_MS];
}

function killed(lab: LabModel): Claim {
  const [fromMs, toMs] = killedWithin(lab);
  return { code: 'endless-script.killed', values: { fromMs, toMs } };
}

export function readingScriptClaims(lab: LabModel): Claim[] {
  return [READS, killed(lab), ONE_MASTER, COUNTED];
}

/** Runs it on the master of a lab that is whole, and makes {@link readingScriptClaims}. */
export async function readingScript(failover: FailoverRun, master: NodeModel): Promise<void> {
  const { context, lab, listener } = failover;
  const { recorder } = context;
  // Sentinels that ask more often would end it sooner.
  await restoreSentinels(failover);
  const writer = secondClient(failover);
  const script = await run(failover, master, writer);
  await recorder.eventually(killed(lab), { withinMs: killedWithin(lab)[1] + SLACK_MS }, () => {
    const { answer, began } = script;
    if (!answer) return { holds: false, seen: listener.said(began) };
    const { said, at } = answer;
    const ms = at - began;
    // Said by the server to whoever sent the script.
    const holds = /SCRIPT KILL/.test(said) && ms >= BUSY_AFTER_MS - TICK_MS;
    return { holds, final: true, seen: holds ? { ms, said } : [message('crash.answer', { said })] };
  });
  const last = await oneMaster(failover, master, script.began);
  // Where the master stayed, nothing may be lost.
  await claimCounted(failover, COUNTED, writer, { master: last, mayLose: last !== master });
}

interface Script {
  readonly began: number;
  /** What its client was told in the end; absent while it runs. */
  answer?: { readonly said: string; readonly at: number };
}

/** Starts it once the client writes, and claims that the master answers nobody. */
async function run(failover: FailoverRun, master: NodeModel, writer: Writer): Promise<Script> {
  const { context, undo } = failover;
  const { recorder, keys } = context;
  const connection = await keys.open(master, { timeoutMs: HOUR_MS });
  let script: Script | undefined;
  undo.push(async () => {
    if (script && !script.answer) {
      // It answers nobody before.
      const patience = { timeoutMs: BUSY_AFTER_MS + SLACK_MS };
      await askOnce(redisEndpoint(master), ['SCRIPT', 'KILL'], patience).catch(() => undefined);
    }
    connection.close();
  });
  await recorder.eventually(READS, { withinMs: SLACK_MS }, async () => {
    const { entries } = writer.ledger;
    const last = entries.at(-1);
    if (!script) {
      if (last?.outcome !== 'acknowledged') return { holds: false, seen: lastOf(last) };
      const fault = message('event.fault', { kind: 'script', node: master.name });
      const began = now();
      recorder.tell('scenario', 'fault', [fault], began);
      const running: Script = { began };
      const end = (said: string) => {
        running.answer = { said, at: now() };
      };
      connection.ask('EVAL', SCRIPT, 1, keys.probe).then(
        (reply) => end(String(reply)),
        (error: Error) => end(error.message),
      );
      script = running;
    }
    if (!(await answers({ master }))) return { holds: true, seen: { node: master.name } };
    return { holds: false, seen: [message('hang.answers', { node: master.name })] };
  });
  return script as unknown as Script;
}

/** Waits until nothing is under way and all agree; gives the master. */
async function oneMaster(
  failover: FailoverRun,
  before: NodeModel,
  since: number,
): Promise<NodeModel> {
  const { context, lab, listener } = failover;
  const { recorder, observer } = context;
  const within = { withinMs: lab.sentinel.downAfterMs + 3 * SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  let hurried = false;
  return recorder.eventually(ONE_MASTER, within, async () => {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen);
    const master = agreedMaster(lab, seen);
    const switches = [...switchesSince(failover, since)];
    if (switches.length > 1) return { holds: false, final: true, seen: switches.map(quoted) };
    if (underWay(failover, since)) return { holds: false, seen: listener.said(since) };
    if (flaws.length > 0 || !master) {
      // Not before: hurried Sentinels would make a replica again of the one that is being promoted.
      if (switches.length > 0 && !hurried) await hurrySentinels(failover);
      hurried = switches.length > 0;
      return { holds: false, seen: flaws.length > 0 ? flaws : listener.said(since) };
    }
    const came =
      master === before
        ? { code: 'endless-script.stayed', values: { node: before.name } }
        : { code: 'endless-script.replaced', values: { from: before.name, to: master.name } };
    return { holds: true, seen: { came }, value: master };
  });
}

/** Each from one address to another. */
function switchesSince({ listener }: FailoverRun, since: number): Set<string> {
  const heard = listener.events.filter(({ type, at }) => type === '+switch-master' && at >= since);
  return new Set(heard.map(({ text }) => text));
}

/** Whether a failover has begun that is not over. */
function underWay({ listener }: FailoverRun, since: number): boolean {
  const isOver = (type: string) => type === '+switch-master' || type.startsWith('-failover-abort');
  return (
    listener.first('+try-failover', since) !== undefined &&
    !listener.events.some(({ type, at }) => at >= since && isOver(type))
  );
}
