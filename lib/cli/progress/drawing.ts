/** A list of tasks that is redrawn in place, on standard error. The only importer of listr2. */
import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';

export type { ListrTask };

/** What a task is told to show. */
export type Wrapper = Parameters<ListrTask['task']>[1];

/** listr2 asks standard output whether it is a terminal; it is not the one that is drawn on. */
class OnStandardError extends DefaultRenderer {
  static override nonTTY = true;
}

/** Settles when all tasks are over, or one has failed that must not. @param clears whether nothing is left of it then */
export async function drawList(tasks: ListrTask[], { clears = false } = {}): Promise<void> {
  const output = new ProcessOutput(process.stderr, process.stderr);
  const list = new Listr(tasks, {
    renderer: OnStandardError,
    rendererOptions: {
      logger: new ListrLogger({ useIcons: true, processOutput: output }),
      clearOutput: clears,
      showErrorMessage: false,
      showSkipMessage: false,
      formatOutput: 'truncate',
    },
    // The command hears signals itself; listr2 would end the process.
    registerSignalListeners: false,
  });
  // The call that failed reports its error itself.
  await list.run().catch(() => undefined);
}
