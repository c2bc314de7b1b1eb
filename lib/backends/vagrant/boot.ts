/** The first boot of a machine, from outside: what cloud-init does, and how that ended. */
import { now, sleep } from '../../clock.js';
import { EXIT, type ExitCode, isLate, RedisLabError, visible } from '../../errors.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { BOOT_MS, bootEnd, follow, LAST_WORDS, lastWords, stepIn } from '../machine/first-boot.js';
import type { Shell } from '../machine/shell.js';
import { NO_CONNECTION } from './ssh.js';

export interface BootOptions {
  /** What the node is doing: `building redis 7.0.15 …`. */
  readonly onStep: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  /** How long the whole first boot may take, milliseconds. Default two hours. */
  readonly withinMs?: number;
  /** How long a machine may be out of reach, milliseconds. Default three minutes. */
  readonly backMs?: number;
}

/** Its boot may be emulated, and then needs all of its CPU. */
const LOOK_EVERY_SECONDS = 2;

/** A machine whose ssh hung up may be booting anew; one that does not come back within this is gone, milliseconds. */
const BACK_MS = 180_000;

/**
 * Waits until cloud-init is done with a machine that answers by ssh.
 * @throws RedisLabError that says what went wrong, with the last lines of the node's log
 */
export async function booted(
  shell: Shell,
  { vagrant }: LabModel,
  { name }: NodeModel,
  { onStep, signal, withinMs = BOOT_MS, backMs = BACK_MS }: BootOptions,
): Promise<void> {
  let lost: number | undefined;
  let last = 'it said nothing of what it does';
  const onLine = (line: string) => {
    const step = stepIn(line);
    if (step === undefined) return;
    last = step;
    onStep(step);
  };
  const end = now() + withinMs;
  for (;;) {
    const ran = await shell
      .attempt(name, follow(LOOK_EVERY_SECONDS), {
        deadlineMs: Math.max(1, end - now()),
        onLine,
        signal,
      })
      .catch(async (error: unknown) => {
        if (!isLate(error)) throw error;
        const minutes = withinMs / 60_000;
        const what = `was not through its first boot after ${minutes} minutes; its last step: ${last}`;
        throw await failure(shell, name, what, EXIT.deadline);
      });
    const ended = bootEnd(ran);
    if (ended.how === 'done') return;
    if (ended.how === 'failed') throw await failure(shell, name, ended.seen);
    if (ended.how === 'no cloud-init') {
      throw new RedisLabError(
        `The box ${vagrant.box} ${ended.seen}, which is what makes a node of ${name}. Name one of an unmodified cloud image in vagrant.box, such as cloud-image/ubuntu-24.04.`,
        { exitCode: EXIT.program },
      );
    }
    if (ran.code !== NO_CONNECTION) {
      throw await failure(
        shell,
        name,
        `ended what followed its first boot (exit code ${ran.code})`,
      );
    }
    // It spoke before it hung up: a laptop may sleep more than once while it compiles.
    if (ran.stdout !== '') lost = undefined;
    lost ??= now();
    if (now() - lost > backMs) {
      const said = visible(ran.stderr.trim().split('\n').at(-1) ?? '');
      throw new RedisLabError(
        `${name} has not answered by ssh for ${backMs / 1000} s while it booted${said && ` (${said})`}; its last step: ${last}. Run the same command again.`,
        { exitCode: EXIT.program },
      );
    }
    await sleep(Math.min(2000, backMs / 4), signal);
  }
}

async function failure(
  shell: Shell,
  node: string,
  what: string,
  exitCode: ExitCode = EXIT.program,
): Promise<RedisLabError> {
  const last = await shell
    .attempt(node, ['sh', '-c', LAST_WORDS], { deadlineMs: 30_000 })
    .catch(() => undefined);
  return new RedisLabError(`${node} ${what}.\nIts last words:\n${lastWords(last?.stdout ?? '')}`, {
    exitCode,
  });
}
