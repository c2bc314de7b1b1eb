/** The JSON Schema of `redis-lab.yaml`, for editors. Loaded only where it is asked for. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { schema } from './schema.js';

/** A draft-07 schema, as an object. */
export function jsonSchema(): Record<string, unknown> {
  const converted = toJsonSchema(schema, {
    typeMode: 'input',
    // The limits of texts with units (`5s`, `2G`) cannot be said in JSON Schema.
    ignoreActions: ['check'],
  });
  const tree = forEditors(converted as unknown as Tree) as Record<string, unknown>;
  return {
    ...tree,
    title: 'redis-lab.yaml',
    description: 'A Redis Sentinel lab. Every key has a default.',
  };
}

interface Tree {
  readonly [key: string]: unknown;
}

/** Without the words of our refusals and the names of our types, and with empty values allowed as the parser allows them. */
function forEditors(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !['expect', 'required', 'title'].includes(key))
      .map(([key, value]) => {
        if (key === 'properties')
          return [key, mapValues(value as Tree, (each) => nullable(forEditors(each)))];
        if (key === 'items') return [key, forEditors(value as Tree)];
        return [key, key === 'anyOf' ? (value as Tree[]).map(forEditors) : value];
      }),
  );
}

function nullable(tree: Tree): Tree {
  const { type, anyOf, enum: values } = tree;
  if (Array.isArray(anyOf)) return { ...tree, anyOf: [...anyOf, { type: 'null' }] };
  if (Array.isArray(values)) {
    return {
      ...tree,
      ...(type === undefined ? {} : { type: [type, 'null'] }),
      enum: [...values, null],
    };
  }
  return { ...tree, type: [type, 'null'] };
}

function mapValues(tree: Tree, change: (value: Tree) => Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, change(value as Tree)]),
  );
}
