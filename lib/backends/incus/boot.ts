/** The first boot of a node, from outside: what cloud-init does, and how that ended. */

import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { type Instance, instanceNow } from './things.js';

/** Everything that a first boot does ends by itself within this: the longest is a build, 30 min on the slowest machines. */
const BOOT_MS = 3_600_000;

/** An agent inside a virtual machine answers once its system is up, milliseconds. */
const AGENT_MS = 300_000;

const NO_CLOUD_INIT = 90;
const SWITCHED_OFF = 91;
const MARK = '--- cloud-init status';

/**
 * Says what cloud-init says, until it is done, and then with what result; what failed is said again, since the end of the log
 * may come too late to be followed. `cloud-init status --wait`
 * would do, but shows nothing meanwhile and takes its share of the CPU that the boot needs.
 */
const FOLLOW = `
command -v cloud-init >/dev/null || exit ${NO_CLOUD_INIT}
tail -n +1 -F /var/log/cloud-init-output.log 2>/dev/null &
until [ -e /run/cloud-init/result.json ]; do
  [ ! -e /run/cloud-init/disabled ] || { kill $!; exit ${SWITCHED_OFF}; }
  sleep 0.1
done
kill $!
wait $! 2>/dev/null
grep '^redis-lab: FAILED: ' /var/log/cloud-init-output.log 2>/dev/null
echo '${MARK}'
cat /run/cloud-init/result.json`;

/** What cloud-init leaves when it is done, and what `cloud-init status` reads. */
interface CloudInitResult {
  readonly v1: { readonly errors: readonly string[] };
}

export interface BootOptions {
  /** What the node is doing: `building redis 7.0.15 …`. */
  readonly onStep: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  /** Its boot was begun by an earlier call, and may be over. Default false. */
  readonly begunBefore?: boolean;
}

/** How often a node may begin to boot anew. */
const BOOTS = 4;

/** What ends a system is done with it within this, milliseconds. */
const ENDING_MS = 10_000;

/**
 * Waits until cloud-init is done with a node that was started.
 * @throws RedisLabError that says what went wrong, with the last lines of the node's log
 */
export async function booted(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  { onStep, signal, begunBefore = false }: BootOptions,
): Promise<void> {
  const instance = addressOf(client.remote, lab.name, node.name);
  const onLine = (line: string) => {
    // How it failed is for the message.
    const [, step] = /^redis-lab: (?!FAILED: )(.*)/.exec(line) ?? [];
    if (step !== undefined) onStep(visible(step));
  };
  const agentBy = now() + AGENT_MS;
  for (let boots = 1; ; ) {
    const words = ['exec', instance, '-T', '--', 'sh', '-c', FOLLOW];
    const ran = await client
      .attempt(words, { deadlineMs: BOOT_MS, onLine, signal })
      .catch(async (error: unknown) => {
        if (!(error instanceof RedisLabError) || error.exitCode !== EXIT.deadline) throw error;
        throw await failure(
          client,
          lab,
          node,
          `is not done after ${BOOT_MS / 60_000} minutes`,
          EXIT.deadline,
        );
      });
    if (ran.code === 0 || ran.stdout.includes(MARK))
      return judge(client, lab, node, ran.stdout, begunBefore);
    if (lab.incus.vm && /agent/i.test(ran.stderr) && now() < agentBy) {
      await sleep(1000, signal);
      continue;
    }
    if (ran.code === NO_CLOUD_INIT || ran.code === SWITCHED_OFF) {
      const why = ran.code === NO_CLOUD_INIT ? 'has no cloud-init' : 'has cloud-init switched off';
      throw new RedisLabError(
        `The image of ${node.name} ${why}, which is what makes a node of it. Choose a cloud variant in incus.image, such as images:debian/12/cloud.`,
        { exitCode: EXIT.program },
      );
    }
    const state = await settledState(client, lab, node, signal);
    if (state !== 'running') throw await ended(client, lab, node, state);
    boots += 1;
    if (boots > BOOTS)
      throw await failure(client, lab, node, `restarted ${BOOTS} times while it booted`);
    await sleep(500, signal);
  }
}

/** What became of a node on which a command ended of itself. It throws where the server itself is gone. */
async function settledState(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  signal: AbortSignal | undefined,
): Promise<Instance['status'] | undefined> {
  const end = now() + ENDING_MS;
  for (;;) {
    signal?.throwIfAborted();
    const state = await instanceNow(client, lab.name, node.name);
    // On its way to its end a container is frozen.
    if ((state !== 'frozen' && state !== 'broken') || now() >= end) return state;
    await sleep(200, signal);
  }
}

async function ended(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  state: Instance['status'] | undefined,
): Promise<RedisLabError> {
  if (state === undefined) {
    return new RedisLabError(
      `${node.name} was removed while it booted, and not by this redis-lab. Run the same command again.`,
      { exitCode: EXIT.program },
    );
  }
  const what = state === 'stopped' ? 'was stopped' : `is ${state}`;
  return failure(
    client,
    lab,
    node,
    `${what} while it booted: by somebody, or by its own system. Run the same command again`,
  );
}

async function judge(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  output: string,
  begunBefore: boolean,
): Promise<void> {
  const text = output.slice(output.lastIndexOf(MARK) + MARK.length);
  let errors: readonly string[];
  try {
    ({ errors } = (JSON.parse(text) as CloudInitResult).v1);
  } catch {
    throw await failure(client, lab, node, `does not tell how cloud-init ended: ${text.trim()}`);
  }
  if (errors.length === 0) return;
  // Our own scripts say in one line what failed, what was seen and what to do.
  const failed = [...output.matchAll(/^redis-lab: FAILED: (.*)$/gm)].at(-1)?.[1];
  const seen = visible(failed ?? errors.join('; '));
  const next = begunBefore ? '. Begin anew: redis-lab down, then redis-lab up' : '';
  throw await failure(client, lab, node, `did not get through its first boot: ${seen}${next}`);
}

const LAST_LINES = 15;

/** Where a system in a container or a virtual machine tells what happened to it. */
const LAST_WORDS = 'tail -n 15 /var/log/cloud-init-output.log 2>/dev/null';

async function failure(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  what: string,
  exitCode: 4 | 5 = EXIT.program,
): Promise<RedisLabError> {
  const lines = await lastWords(client, lab, node);
  const said =
    lines.length === 0
      ? '  (it said nothing)'
      : lines.map((line) => `  ${visible(line)}`).join('\n');
  return new RedisLabError(`${node.name} ${what}.\nIts last words:\n${said}`, { exitCode });
}

async function lastWords(client: Client, lab: LabModel, node: NodeModel): Promise<string[]> {
  const instance = addressOf(client.remote, lab.name, node.name);
  const ways = [
    ['exec', instance, '-T', '--', 'sh', '-c', LAST_WORDS],
    // One that has ended left its log on its disk, or its console with the server.
    ['file', 'pull', '--quiet', `${instance}/var/log/cloud-init-output.log`, '-'],
    ['console', instance, '--show-log'],
    ['info', instance, '--show-log'],
  ];
  for (const words of ways) {
    const ran = await client.attempt(words, { deadlineMs: 10_000 }).catch(() => undefined);
    const lines = (ran?.stdout ?? '').split('\n').filter((line) => line.trim() !== '');
    if (ran?.code === 0 && lines.length > 0) return lines.slice(-LAST_LINES);
  }
  return [];
}
