/**
 * Commands that need more than the description. What they do is loaded when one is run: it brings clients and
 * programs that `generate` must not wait for.
 */
import { isAnyIsolated } from '../../backends/local/paths.js';
import { EXIT } from '../../errors.js';
import { toldAbsent } from '../absent.js';
import type { Command } from '../command.js';

export const json = { type: 'boolean', describe: 'The result as JSON' } as const;

type Run = Command['run'];

/** `load` imports what the command does, from a file of its own in the executable: see `.ci/build.ts`. */
export function live(
  name: string,
  load: () => Promise<Run>,
  command: Omit<Command, 'name' | 'run'>,
): Command {
  const run: Run = async (argv, signal) => {
    const isOfLab = 'backend' in command.options && !command.hasManyLabs;
    const code = isOfLab ? await elsewhere(argv, name === 'verify') : undefined;
    return code ?? (await load())(argv, signal);
  };
  return { name, ...command, run };
}

/** Nothing is loaded for it where no lab has a network of its own. */
async function elsewhere(
  argv: Record<string, unknown>,
  isProof: boolean,
): Promise<number | undefined> {
  const mayBe = argv['own-network'] || isAnyIsolated();
  return mayBe ? (await import('../live/network.js')).elsewhere(argv, isProof) : undefined;
}

/** Loads nothing to say that a lab does not exist. */
export function unlessAbsent(command: Command): Command {
  return {
    ...command,
    run: async (argv, signal) => ((await toldAbsent(argv)) ? EXIT.no : command.run(argv, signal)),
  };
}
