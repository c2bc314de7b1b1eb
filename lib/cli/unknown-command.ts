/** What somebody may have meant by an unknown command. */
import { distance } from 'fastest-levenshtein';
import { UsageError } from './usage.js';

/** Words of other tools, and what does that here. */
const ELSEWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    up: 'start create launch boot run provision resume',
    down: 'rm remove delete destroy clean purge teardown uninstall',
    stop: 'halt shutdown poweroff pause suspend',
    'stop, then redis-lab up': 'restart reboot reload',
    list: 'ls ps labs',
    status: 'info state show inspect top watch monitor',
    ssh: 'shell sh bash enter console login attach',
    logs: 'log tail journal',
    'exec @master -- redis-cli': 'cli redis-cli client',
    'fault crash @master': 'break crash kill',
    heal: 'fix repair recover mend',
    verify: 'test prove validate',
    'verify failover': 'failover',
    'verify replication': 'replication',
    init: 'new',
    generate: 'render write build',
    schema: 'json-schema',
    '--version': 'version',
    '--help': 'help man',
  }).flatMap(([ours, theirs]) => theirs.split(' ').map((word) => [word, ours])),
);

/** A word of so many letters is mistyped with one mistake, a longer one with two. */
const SHORT = 5;

export function unknownCommand(word: string, known: readonly string[]): UsageError {
  const lower = word.toLowerCase();
  const ours = Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : undefined;
  const near = known.find((name) => mistakes(lower, name) <= (lower.length <= SHORT ? 1 : 2));
  const hint =
    ours !== undefined
      ? ` Here that is: redis-lab ${ours}`
      : near === undefined
        ? ''
        : ` Did you mean ${near}?`;
  return new UsageError(`There is no command ${JSON.stringify(word)}.${hint}`);
}

/** One that stands alone, and is nearly one of those that may. */
export function unknownOption(word: string): UsageError | undefined {
  const near = ['--help', '--version'].find((name) => [1, 2].includes(mistakes(word, name)));
  if (near === undefined) return undefined;
  return new UsageError(`There is no option ${word}. Did you mean ${near}?`);
}

/** Letters to change, to add or to leave out; two that changed places are one mistake. */
function mistakes(word: string, name: string): number {
  const at = [...word].findIndex((letter, i) => letter !== name[i]);
  const swapped = `${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`;
  return swapped === name ? 1 : distance(word, name);
}
