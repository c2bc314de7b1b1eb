/** Waiting for the first boot of a node. */

import { type Clock, now } from '../../clock.js';
import type { Sentence } from '../../coded.js';
import type { CommandResult } from '../../command/call.js';
import { EXIT, type ExitCode, isLate, RedisLabError } from '../../errors.js';
import type { MachineModel } from '../../model/model.js';
import { lookAt, type Outside } from './boot-look.js';
import { BOOT_MS, bootEnd, follow, lastWords, stepIn } from './first-boot.js';
import type { Shell } from './shell.js';
import { watchStandstill } from './standstill.js';

/** What of this differs between backends. */
export interface Booting {
  readonly shell: Shell;
  /** Seconds between two looks at the node. */
  readonly lookEvery: number;
  /** The message for a node whose image has no cloud-init; `seen` is a sentence without its subject. */
  withoutCloudInit(node: MachineModel, seen: string): string;
  /** Called once for each boot; the result is called whenever the command that follows the boot breaks off. */
  breaks(node: MachineModel): OnBreak;
  /** The end of the node's log. */
  lastOf(node: MachineModel): Promise<string>;
  /** What is seen of a node from outside; undefined where it is gone. Absent: nothing is. */
  readonly outside?:
    | ((node: MachineModel, signal: AbortSignal) => Promise<Outside | undefined>)
    | undefined;
}

/** Waits until it is worth following the boot again. @throws RedisLabError when it is not */
export type OnBreak = (
  ran: CommandResult,
  boot: {
    /** The last step that the node reported. */
    readonly last: string;
    /** An error with the last lines of the node's log; `what` is a sentence without its subject. */
    readonly failure: (what: string) => Promise<RedisLabError>;
    readonly signal: AbortSignal | undefined;
  },
) => Promise<void>;

interface BootOptions {
  /** Told each step: `building redis 7.0.15 …`. */
  readonly onStep: (step: Sentence) => void;
  /** Told when nothing has moved on the node for a while, and what it waits for. */
  readonly onStill: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
  /** Whether an earlier call began its boot, which may be over. Default false. */
  readonly begunBefore?: boolean;
  /** Milliseconds for the whole first boot. Default two hours. */
  readonly withinMs?: number;
  readonly clock?: Clock;
}

/**
 * Waits until cloud-init is done on a node that was started.
 * @throws RedisLabError that tells what went wrong, with the last lines of the node's log
 */
export async function booted(
  host: Booting,
  node: MachineModel,
  options: BootOptions,
): Promise<void> {
  let last = '';
  const { onStill, clock } = options;
  const { outside } = host;
  const still = watchStandstill(
    node.name,
    async (off) =>
      lookAt(host.shell, node.name, {
        outside: outside && (async () => outside(node, off)),
        isSlow: host.lookEvery >= 1,
        signal: off,
      }),
    { tell: onStill, isExcused: () => WAITS_FOR_OTHERS.test(last), clock },
  );
  try {
    await followed(host, node, options, (step) => {
      if (step !== undefined) last = step;
      still.moved();
    });
  } finally {
    await still.end();
  }
}

/** As `install.sh` says it. */
const WAITS_FOR_OTHERS = /^waiting for the builder /;

/** @param onMove called for each line of the node, with its step if it reports one */
async function followed(
  host: Booting,
  node: MachineModel,
  { onStep, signal, begunBefore = false, withinMs = BOOT_MS }: BootOptions,
  onMove: (step: string | undefined) => void,
): Promise<void> {
  let last = 'it said nothing of what it does';
  const onLine = (line: string) => {
    const step = stepIn(line);
    onMove(step);
    if (step === undefined) return;
    last = step;
    onStep(step);
  };
  const failure = async (what: string, exitCode: ExitCode = EXIT.program) =>
    new RedisLabError(
      `${node.name} ${what}.\nIts last words:\n${lastWords(await host.lastOf(node))}`,
      { exitCode, code: 'machine.failed-boot' },
    );
  const onBreak = host.breaks(node);
  const end = now() + withinMs;
  for (;;) {
    const ran = await host.shell
      .attempt(node.name, follow(host.lookEvery), {
        deadlineMs: Math.max(1, end - now()),
        onLine,
        signal,
      })
      .catch(async (error: unknown) => {
        if (!isLate(error)) throw error;
        const minutes = withinMs / 60_000;
        const what = `was not through its first boot after ${minutes} minutes; its last step: ${last}`;
        throw await failure(what, EXIT.deadline);
      });
    const ended = bootEnd(ran);
    if (ended.how === 'done') return;
    if (ended.how === 'failed') {
      const next = begunBefore ? '. Begin anew: redis-lab down, then redis-lab up' : '';
      throw await failure(`${ended.seen}${next}`);
    }
    if (ended.how === 'no cloud-init') {
      throw new RedisLabError(host.withoutCloudInit(node, ended.seen), {
        exitCode: EXIT.program,
        code: 'machine.failed-boot',
      });
    }
    await onBreak(ran, { last, failure, signal });
  }
}
