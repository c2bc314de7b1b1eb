/** The first boot of a node, from outside: what cloud-init does, and how that ended. */

import { now, sleep } from '../../clock.js';
import { EXIT, isLate, RedisLabError } from '../../errors.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { BOOT_MS, bootEnd, follow, LAST_WORDS, lastWords, stepIn } from '../machine/first-boot.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { shellOf } from './shell.js';
import { type Instance, instanceNow } from './things.js';

/** An agent inside a virtual machine answers once its system is up, milliseconds. */
const AGENT_MS = 300_000;

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
  const shell = shellOf(client, lab.name);
  const onLine = (line: string) => {
    const step = stepIn(line);
    if (step !== undefined) onStep(step);
  };
  const agentBy = now() + AGENT_MS;
  for (let boots = 1; ; ) {
    const ran = await shell
      .attempt(node.name, follow(0.1), { deadlineMs: BOOT_MS, onLine, signal })
      .catch(async (error: unknown) => {
        if (!isLate(error)) throw error;
        throw await failure(
          client,
          lab,
          node,
          `is not done after ${BOOT_MS / 60_000} minutes`,
          EXIT.deadline,
        );
      });
    const end = bootEnd(ran);
    if (end.how === 'done') return;
    if (end.how === 'failed') {
      const next = begunBefore ? '. Begin anew: redis-lab down, then redis-lab up' : '';
      throw await failure(client, lab, node, `${end.seen}${next}`);
    }
    if (end.how === 'no cloud-init') {
      throw new RedisLabError(
        `The image of ${node.name} ${end.seen}, which is what makes a node of it. Choose a cloud variant in incus.image, such as images:debian/12/cloud.`,
        { exitCode: EXIT.program },
      );
    }
    if (lab.incus.vm && /agent/i.test(ran.stderr) && now() < agentBy) {
      await sleep(1000, signal);
      continue;
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

async function failure(
  client: Client,
  lab: LabModel,
  node: NodeModel,
  what: string,
  exitCode: 4 | 5 = EXIT.program,
): Promise<RedisLabError> {
  const said = lastWords(await lastOf(client, lab, node));
  return new RedisLabError(`${node.name} ${what}.\nIts last words:\n${said}`, { exitCode });
}

async function lastOf(client: Client, lab: LabModel, node: NodeModel): Promise<string> {
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
    if (ran?.code === 0 && ran.stdout.trim() !== '') return ran.stdout;
  }
  return '';
}
