/**
 * Makes types from schemas, so that a shape is written once. A schema with a title becomes an interface of that name;
 * descriptions become its documentation.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

type Schema = v.GenericSchema<unknown>;

/** The parts of a schema, for the kinds that we use. */
interface Inside {
  readonly type: string;
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly value?: Schema;
  readonly literal?: unknown;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly Schema[];
}

export async function writeTypes(): Promise<void> {
  const { schema } = await import('../lib/spec/schema.js');
  const report = await import('../lib/report/schema.js');
  const { checkSchema } = await import('../lib/report/check-schema.js');
  const { progressSchema } = await import('../lib/progress/schema.js');
  const { eventSchema } = await import('../lib/live/schema.js');
  const { experimentResult } = await import('../lib/experiment/schema.js');
  // Programs may build a description step by step, and pass undefined for what they leave out.
  write('lib/spec', [schema], { key: '', optional: ' | undefined' });
  write('lib/report', [...report.SHAPES, checkSchema], READ_ONLY);
  write('lib/progress', [progressSchema], READ_ONLY);
  write('lib/live', [eventSchema], READ_ONLY);
  write('lib/experiment', [experimentResult], READ_ONLY);
}

const READ_ONLY: Style = { key: 'readonly ', optional: '' };

/** The module in which each name is declared. These three are recursive, and written by hand. */
const DECLARED = new Map<string, string>(
  ['Coded', 'MessageItem', 'MessageValues'].map((name) => [name, 'lib/coded.js']),
);

interface Style {
  /** Before each key. */
  readonly key: string;
  /** After the type of an optional key. */
  readonly optional: string;
}

function write(folder: string, roots: readonly Schema[], style: Style): void {
  const here = `${folder}/types.generated.js`;
  const found = new Map<string, Schema>();
  const lines: string[] = [];
  const imports = new Map<string, Set<string>>();
  roots.map((root) => typeOf(root));
  // Declaring one may add others.
  for (const [name, schema] of found) lines.push(...declared(name, schema));
  const head = `// Made from ${folder}/schema.ts by \`npm run build\`; not committed.`;
  const others = [...imports].map(
    ([from, names]) => `import type { ${[...names].join(', ')} } from '${from}';`,
  );
  writeFileSync(`${folder}/types.generated.ts`, [head, ...others, ...lines, ''].join('\n'));

  function declared(name: string, schema: Schema): string[] {
    const { entries } = inside(schema);
    const type = entries
      ? `interface ${name} ${body(entries)}`
      : `type ${name} = ${plain(schema)};`;
    return ['', doc(schema), `export ${type}`];
  }

  /** The type of a schema: its name if it has one, which is then declared once. */
  function typeOf(schema: Schema): string {
    const name = v.getTitle(schema);
    if (name === undefined) return plain(schema);
    const elsewhere = DECLARED.get(name);
    if (elsewhere !== undefined && elsewhere !== here) {
      const from = path.posix.relative(folder, elsewhere);
      imports.set(from, (imports.get(from) ?? new Set()).add(name));
    } else if (!found.has(name)) {
      DECLARED.set(name, here);
      // A use may have another description: declare it with its own.
      let own = schema;
      for (let next = inside(own).pipe?.[0]; next && v.getTitle(next) === name; ) {
        own = next;
        next = inside(own).pipe?.[0];
      }
      found.set(name, own);
    }
    return name;
  }

  function plain(schema: Schema): string {
    const { type, wrapped, item, value, literal, entries, options = [] } = inside(schema);
    if (entries) return body(entries);
    if (wrapped) return type === 'nullable' ? `${typeOf(wrapped)} | null` : typeOf(wrapped);
    if (item) return `readonly ${bracketed(typeOf(item))}[]`;
    if (value) return `Readonly<Record<string, ${typeOf(value)}>>`;
    if (type === 'union') return [...new Set((options as Schema[]).map(option))].join('\n| ');
    if (type === 'intersect') return (options as Schema[]).map(typeOf).join(' & ');
    if (type === 'picklist') return options.map((each) => JSON.stringify(each)).join(' | ');
    if (type === 'literal') return JSON.stringify(literal);
    if (['string', 'number', 'boolean'].includes(type)) return type;
    throw new Error(`${folder}/schema.ts: no type is known for ${type}`);
  }

  /** A member of a union, with its description if it has no name. */
  function option(schema: Schema): string {
    return v.getTitle(schema) === undefined ? `${doc(schema)} ${typeOf(schema)}` : typeOf(schema);
  }

  function body(entries: Readonly<Record<string, Schema>>): string {
    const members = Object.entries(entries).flatMap(([key, schema]) => {
      const isOptional = /optional$/.test(inside(schema).type);
      const type = `${typeOf(schema)}${isOptional ? style.optional : ''}`;
      return [doc(schema), `${style.key}${key}${isOptional ? '?' : ''}: ${type};`];
    });
    return `{\n${members.filter(Boolean).join('\n')}\n}`;
  }
}

function doc(schema: Schema): string {
  const { type, wrapped } = inside(schema);
  const text =
    v.getDescription(schema) ??
    (wrapped && /optional$/.test(type) ? v.getDescription(wrapped) : '');
  return text ? `/** ${text} */` : '';
}

function bracketed(type: string): string {
  return type.includes(' ') && !type.startsWith('{') ? `(${type})` : type;
}

/** A pipe has the parts of its first step. */
function inside(schema: Schema): Inside {
  return schema as unknown as Inside;
}
