/** Command lines to copy. */
import { shellWord } from '../render/shell-quote.js';

/** These choose a backend where none is named; the others take the one that has the lab, else `local`. */
const CHOOSING = ['up', 'verify', 'doctor'];

/** These are about no lab, or about all. */
const OF_NO_LAB = [
  'init',
  'check',
  'list',
  'report',
  'schema',
  'completion',
  '--help',
  '--version',
];

/** For these it is all the same what runs the nodes. */
const OF_A_DESCRIPTION = ['generate', 'cache', 'handout'];

/** How a command line names its lab: its options as they were given. */
export interface Naming {
  readonly spec?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly backend?: string | undefined;
  readonly vm?: boolean | undefined;
  /** Of doctor: how many labs. Elsewhere it may be a file. */
  readonly class?: string | undefined;
  readonly roster?: string | undefined;
}

/** `redis-lab` and these words, for the lab that `argv` names. */
export function commandLine(argv: Record<string, unknown>, ...words: readonly string[]): string {
  const [command = '', ...others] = words;
  return ['redis-lab', command, ...namingWords(argv, command), ...others].map(shellWord).join(' ');
}

/** The options with which a command is for the same lab. */
export function namingWords(naming: Naming, command: string): readonly string[] {
  const { spec, set = [], backend, vm } = naming;
  if (OF_NO_LAB.includes(command)) return [];
  const described = [
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...set.flatMap((text) => ['--set', text]),
  ];
  if (OF_A_DESCRIPTION.includes(command)) return described;
  const left = CHOOSING.includes(command) ? ['auto'] : ['auto', 'local'];
  return [
    ...described,
    ...(backend === undefined || left.includes(backend) ? [] : ['--backend', backend]),
    ...(vm === undefined ? [] : [vm ? '--vm' : '--no-vm']),
    ...(command === 'doctor' ? wordsOfClass(naming) : []),
  ];
}

/** What `doctor` was asked about a class. */
function wordsOfClass({ backend, class: count = '', roster }: Naming): readonly string[] {
  if (backend !== 'incus') return [];
  if (/^\d+$/.test(count)) return ['--class', count];
  return roster === undefined ? [] : ['--roster', roster];
}
