/** What a shell proposes besides names of commands and options: nodes and roles, faults, scenarios. */
import { RedisLabError } from '../errors.js';
import { allFaults } from '../faults/registry.js';
import { SCENARIO_NAMES } from '../scenarios/names.js';
import type { Command, Positional } from './command.js';
import { labOf } from './load.js';

/** The first word when a shell asks, through yargs, what could follow. */
export const ASKED = '--get-yargs-completions';

const ROLES = ['@master', '@replica'];

/** The commands, with the values that each argument can have. For completion only: a command has better messages for a wrong value. */
export async function proposing(
  commands: readonly Command[],
  args: readonly string[],
): Promise<readonly Command[]> {
  const nodes = [...(await nodesIn(args)), ...ROLES];
  const choices = (command: Command, positional: string): readonly string[] | undefined => {
    if (positional === 'node') {
      return ['logs', 'exec'].includes(command.name) ? [...nodes, '@all'] : nodes;
    }
    return WORDS[`${command.name} ${positional}`];
  };
  return commands.map((command) => ({
    ...command,
    positionals: Object.fromEntries(
      Object.entries(command.positionals ?? {}).map(([name, positional]): [string, Positional] => [
        name,
        { ...positional, choices: choices(command, name) },
      ]),
    ),
  }));
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  'fault kind': allFaults().map(({ kind }) => kind),
  'verify scenario': SCENARIO_NAMES,
  'cache action': ['list', 'add', 'clear'],
};

/** The nodes of the description that the command line names; none where it cannot be read. */
async function nodesIn(args: readonly string[]): Promise<readonly string[]> {
  const at = args.lastIndexOf('--spec');
  const spec = at < 0 ? {} : { spec: args[at + 1] };
  try {
    return (await labOf({ ...spec, set: [] })).model.nodes.map(({ name }) => name);
  } catch (error) {
    if (error instanceof RedisLabError) return [];
    throw error;
  }
}

/** Bash ends a word at an @. Printed behind yargs' script, which does not know that. */
export const FOR_BASH = `
_redis_lab_roles()
{
    if [ "\${COMP_CWORD}" -gt 1 ] && [ "\${COMP_WORDS[COMP_CWORD - 1]}" = @ ]; then
      mapfile -t COMPREPLY < <(compgen -W 'master replica all' -- "\${COMP_WORDS[COMP_CWORD]}")
    else
      _redis-lab_yargs_completions
    fi
}
complete -o bashdefault -o default -F _redis_lab_roles redis-lab
`;

export function isBash(env: Readonly<Record<string, string | undefined>>): boolean {
  return !/zsh|fish/.test(`${env['SHELL']} ${env['ZSH_NAME']}`);
}
