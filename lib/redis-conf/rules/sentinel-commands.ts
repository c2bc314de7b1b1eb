/** What the user of a Sentinel must be allowed, for a failover to be possible. */
import { lowerCase } from '../parse.js';

/** One that is refused ends the transaction by which Sentinel makes a master, or leaves it blind. */
const NEEDED = [
  ...['ping', 'info', 'publish', 'subscribe', 'multi', 'slaveof', 'config|rewrite'],
  ...['client|kill', 'exec'],
];

/**
 * Those of the needed commands that the rules of a user surely refuse. Which commands a category has depends on the version, so of these nothing is known
 * but for `@all`.
 */
export function refusedCommands(
  rules: readonly string[],
  needed: readonly string[] = NEEDED,
): readonly string[] {
  // A selector may allow what the others don't.
  if (rules.some((rule) => rule.startsWith('('))) return [];
  const allowed = new Map<string, boolean | undefined>(needed.map((command) => [command, false]));
  const setAll = (value: boolean) => {
    for (const command of needed) allowed.set(command, value);
  };
  for (const rule of rules.map(lowerCase)) {
    const [, sign, word = ''] = /^([+-])(.+)$/.exec(rule) ?? [];
    const gives = sign === '+';
    if (rule === 'allcommands' || rule === '+@all') setAll(true);
    else if (rule === 'nocommands' || rule === '-@all' || rule === 'reset') setAll(false);
    else if (word.startsWith('@')) {
      for (const [command, is] of allowed) if (is !== gives) allowed.set(command, undefined);
    } else if (sign !== undefined) {
      for (const command of needed) {
        if (command === word || command.startsWith(`${word}|`)) allowed.set(command, gives);
      }
    }
  }
  return needed.filter((command) => allowed.get(command) === false);
}
