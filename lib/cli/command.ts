import type { Options } from 'yargs';

/** One command of the command line. */
export interface Command {
  /** Its name, with positional arguments as yargs writes them. */
  readonly name: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  /** Gives the exit code. The signal asks it to stop. */
  readonly run: (argv: Record<string, unknown>, signal: AbortSignal) => Promise<number>;
}

/** Where the description is: shared by all commands that need one. */
export const specOptions = {
  spec: {
    type: 'string',
    requiresArg: true,
    describe: 'The description [default: redis-lab.yaml if it is there, else the course lab]',
  },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    default: [] as string[],
    defaultDescription: 'none',
    describe: 'One value over the description: --set sentinel.downAfter=1000',
  },
} as const satisfies Record<string, Options>;
