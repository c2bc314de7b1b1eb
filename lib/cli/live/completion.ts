/** Completion: the script of a shell, and what that script asks while somebody types. */
import path from 'node:path';
import { EXIT } from '../../errors.js';
import { isClient, machinesOf } from '../../model/model.js';
import { documentFile } from '../../render/documents.js';
import type { Command } from '../command.js';
import { labOf } from '../load.js';
import { printRaw } from '../output.js';
import { type Named, proposalsFor, type Sources, type Word } from '../proposals.js';
import { SHELLS } from '../shells.js';
import { oneOf, UsageError } from '../usage.js';

/** Login shells without completion: who has one most likely types in bash. */
const PLAIN = ['sh', 'dash', 'ash', ''];

export async function completion(argv: Record<string, unknown>): Promise<number> {
  const named = argv['shell'] as string | undefined;
  const shell = named === undefined ? usualShell() : oneOf('completion for', named, SHELLS);
  printRaw(documentFile(`terminal/completion.${shell}`));
  return EXIT.ok;
}

function usualShell(): (typeof SHELLS)[number] {
  const name = path.basename(process.env['SHELL'] ?? '');
  const found = PLAIN.includes(name) ? 'bash' : SHELLS.find((each) => each === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `There is no completion for ${name}, which $SHELL names. Name another shell: ${SHELLS.join(', ')}.`,
  );
}

/**
 * Prints what could stand at the end of a line: `words`, `files` or `folders`; then the words, each with a tab and what it
 * means. Nothing where anything fails: whoever types must not see errors of a description, or ours, on the prompt.
 */
export async function propose(
  commands: readonly Command[],
  line: readonly string[],
): Promise<number> {
  try {
    const found = await proposalsFor(commands, line.map(unquoted), SOURCES);
    const words = typeof found === 'string' ? [] : found;
    printRaw(`${typeof found === 'string' ? found : 'words'}\n${words.map(lineOf).join('')}`);
  } catch {
    // See above.
  }
  return EXIT.ok;
}

function lineOf({ value, describe }: Word): string {
  return `${value}\t${describe.replaceAll(/\s+/g, ' ')}\n`;
}

/** A word as the shell will take it, as far as it was typed. */
function unquoted(word: string): string {
  return word.replace(/^~(?=\/)/, process.env['HOME'] ?? '~').replaceAll(/["'\\]/g, '');
}

const SOURCES: Sources = { machines, keys };

async function machines({ spec, set }: Named): ReturnType<Sources['machines']> {
  try {
    const { model } = await labOf({ spec, set });
    return machinesOf(model).map((machine) => ({
      value: machine.name,
      describe: isClient(machine) ? 'a client' : `begins as ${machine.role}`,
      isClient: isClient(machine),
    }));
  } catch {
    // Roles can be proposed whatever stands in the description.
    return [];
  }
}

async function keys(naming: Named): Promise<readonly Word[]> {
  const { jsonSchema } = await import('../../spec/json-schema.js');
  const { nodes: list, ...others } = (jsonSchema() as Tree).properties ?? {};
  const each = await machines(naming);
  return [
    ...Object.entries(others).flatMap(([name, tree]) => keysIn(name, tree)),
    ...each.flatMap(({ value }) => keysIn(`nodes.${value}`, list?.items ?? {})),
  ];
}

/** As much of a JSON Schema as a line needs. */
interface Tree {
  readonly properties?: Readonly<Record<string, Tree>>;
  readonly items?: Tree;
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

function keysIn(key: string, { properties, type, enum: values, description = '' }: Tree): Word[] {
  if (properties) {
    return Object.entries(properties).flatMap(([name, tree]) => keysIn(`${key}.${name}`, tree));
  }
  const known = values ?? ([type].flat().includes('boolean') ? [true, false] : []);
  return [
    { value: `${key}=`, describe: description },
    ...known.flatMap((value) =>
      value === null ? [] : [{ value: `${key}=${value}`, describe: '' }],
    ),
  ];
}
