/** What could stand at the end of a command line that is being typed. */
import type { Command, Completes, Option } from './command.js';

export interface Word {
  readonly value: string;
  /** May be empty. */
  readonly describe: string;
}

/** Words, or paths, which a shell knows best. */
export type Proposals = 'files' | 'folders' | readonly Word[];

interface Machine extends Word {
  /** It runs no server. */
  readonly isClient: boolean;
}

/** Where words come from that are not in the commands. */
export interface Sources {
  /** Machines of the description that these options name. */
  readonly machines: (naming: Named) => Promise<readonly Machine[]>;
  /** Keys of a description, as `KEY=`; where only few values are possible, `KEY=VALUE` for each as well. */
  readonly keys: (naming: Named) => Promise<readonly Word[]>;
}

export interface Named {
  readonly spec: string | undefined;
  readonly set: readonly string[];
}

/**
 * @param line The words after `redis-lab`; the last one is incomplete, or empty. Proposals need not begin as it does: the
 * shell filters them.
 */
export async function proposalsFor(
  commands: readonly Command[],
  line: readonly string[],
  sources: Sources,
): Promise<Proposals> {
  const current = line.at(-1) ?? '';
  const typed = readLine(commands, line.slice(0, -1));
  const { command, named, options, given, positionals } = typed;
  const nodes = async () => (await sources.machines(named)).filter(({ isClient }) => !isClient);
  const resolve = async (completes: Completes | undefined): Promise<Proposals> => {
    switch (completes) {
      case undefined:
        return [];
      case 'files':
      case 'folders':
        return completes;
      case 'keys':
        return sources.keys(named);
      case 'node':
        return [...(await nodes()), ...ROLES];
      case 'node or all':
        return [...(await nodes()), ...ROLES, ALL];
      case 'machine':
        return [...(await sources.machines(named)), ...ROLES];
      case 'machine or all':
        return [...(await sources.machines(named)), ...ROLES, ALL];
      default:
        return Object.entries(completes).map(([value, describe]) => ({ value, describe }));
    }
  };
  const valuesOf = ({ choices, completes }: Option) =>
    choices ? choices.map((value) => ({ value: String(value), describe: '' })) : resolve(completes);

  if (typed.isOver) return [];
  if (typed.open) return valuesOf(typed.open);
  const [, name = '', begin = ''] = /^--([\w-]+)(=)/.exec(current) ?? [];
  if (begin !== '') {
    const option = options[name];
    return option && option.type !== 'boolean' ? behind(`--${name}=`, await valuesOf(option)) : [];
  }
  if (current.startsWith('-')) return optionWords(options, given, command === undefined);
  if (!command) return commands.map(({ name, describe }) => ({ value: name, describe }));
  const places = Object.values(command.positionals ?? {});
  const last = places.at(-1);
  const place = places[positionals.length] ?? (last?.many ? last : undefined);
  const found = await resolve(place?.completes);
  if (typeof found === 'string') return found;
  const left = found.filter(({ value }) => !positionals.includes(value));
  // After all that must be named, options are all that is left.
  return left.length > 0 || place ? left : optionWords(options, given, false);
}

const ROLES: readonly Word[] = [
  { value: '@master', describe: 'the node that is the master now' },
  { value: '@replica', describe: 'a node that is a replica now' },
];
const ALL: Word = { value: '@all', describe: 'each node' };

interface Typed {
  /** Undefined before it is named. */
  readonly command: Command | undefined;
  readonly options: Readonly<Record<string, Option>>;
  /** Options that are there already. */
  readonly given: ReadonlySet<string>;
  /** The one whose value comes next. */
  readonly open: Option | undefined;
  readonly positionals: readonly string[];
  readonly named: Named;
  /** Whether what follows is another program's, or belongs to no command of ours. */
  readonly isOver: boolean;
}

function readLine(commands: readonly Command[], words: readonly string[]): Typed {
  const all = Object.assign({}, ...commands.map(({ options }) => options));
  let command: Command | undefined;
  let open: string | undefined;
  let isOver = false;
  const values: [name: string, value: string][] = [];
  const positionals: string[] = [];
  const ours = () => Object.keys(command?.positionals ?? {}).length;
  const passesAll = () => command?.passesOn !== undefined && !command.passesOnBehindDashes;
  for (const word of words) {
    const options: Readonly<Record<string, Option>> = command?.options ?? all;
    const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (open !== undefined) {
      values.push([open, word]);
      open = undefined;
    } else if (word === '--') isOver = true;
    else if (name !== '') {
      if (value === undefined && (options[name]?.type ?? 'boolean') !== 'boolean') open = name;
      else values.push([name.replace(/^no-/, ''), value ?? '']);
    } else if (word.startsWith('-') && word !== '-') continue;
    else if (command) positionals.push(word);
    else {
      command = commands.find((each) => each.name === word);
      isOver ||= command === undefined;
    }
    isOver ||= passesAll() && positionals.length > ours();
    if (isOver) break;
  }
  isOver ||= passesAll() && positionals.length === ours();
  const options = command?.options ?? all;
  const valuesOf = (name: string) =>
    values.flatMap(([each, value]) => (each === name ? value : []));
  return {
    command,
    options,
    given: new Set(values.map(([name]) => name)),
    open: open === undefined ? undefined : options[open],
    positionals,
    named: { spec: valuesOf('spec').at(-1), set: valuesOf('set') },
    isOver: isOver && open === undefined,
  };
}

function optionWords(
  options: Readonly<Record<string, Option>>,
  given: ReadonlySet<string>,
  isRoot: boolean,
): readonly Word[] {
  const left = isRoot ? {} : options;
  return [
    ...Object.entries(left).flatMap(([name, { array, describe = '', default: usual }]) =>
      given.has(name) && !array
        ? []
        : [{ value: usual === true ? `--no-${name}` : `--${name}`, describe }],
    ),
    { value: '--help', describe: 'show help' },
    ...(isRoot ? [{ value: '--version', describe: 'show the version' }] : []),
  ];
}

function behind(lead: string, found: Proposals): Proposals {
  if (typeof found === 'string') return found;
  return found.map(({ value, describe }) => ({ value: `${lead}${value}`, describe }));
}
