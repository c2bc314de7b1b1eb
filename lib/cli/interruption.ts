/** Ctrl-C, and the other signals that end a command. */
import { EXIT, RedisLabError } from '../errors.js';
import { noteInterrupted } from './computing.js';
import { endLine, printAside } from './output.js';

/** A terminal and npm may each send a signal for the same Ctrl-C. Milliseconds. */
const SAME_CTRL_C_MS = 1000;

/**
 * The first signal asks the command to stop at the next good moment. A second one, more than a second later, ends the
 * process at once. The handlers stay until the process ends: listr2 would end it if there were none, and a command that
 * is done must not end as if it had been killed. After the command, the process only waits for a reader to take the rest
 * of its output; a signal ends that.
 * @param attached Whether another program has the terminal, which every Ctrl-C is for
 */
export function interruption(attached: boolean): Interruption {
  const interrupt = new AbortController();
  let first: number | undefined;
  let isOver = false;
  const over = (code: number = EXIT.interrupted) => {
    isOver = true;
    // A program that went on after a Ctrl-C has had its own lines since.
    if (first !== undefined && (!attached || code === EXIT.interrupted)) endLine();
  };
  const onSignal = () => {
    const isSame = first !== undefined && performance.now() - first <= SAME_CTRL_C_MS;
    if (isOver && !isSame && process.stdout.writableLength > 0) {
      endLine();
      process.exit(EXIT.interrupted);
    }
    if (first === undefined) {
      first = performance.now();
      noteInterrupted();
      interrupt.abort(new RedisLabError('interrupted', { exitCode: EXIT.interrupted }));
    } else if (!attached && !isSame) {
      endLine();
      printAside(
        'redis-lab: ended at once. See what is left: redis-lab status; end it: redis-lab down',
      );
      process.exit(EXIT.interrupted);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { signal: interrupt.signal, over };
}

interface Interruption {
  readonly signal: AbortSignal;
  /** To be called when the command is over, with its exit code if it has one, before more is printed. */
  readonly over: (code?: number) => void;
}
