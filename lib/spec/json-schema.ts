/** The JSON Schema of `redis-lab.yaml`, for editors. Loaded only where it is asked for. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { schema } from './schema.js';

/** A draft-07 schema, as an object. */
export function jsonSchema(): Record<string, unknown> {
  const converted = toJsonSchema(schema, {
    typeMode: 'input',
    // The limits of texts with units (`5s`, `2G`) cannot be said in JSON Schema.
    ignoreActions: ['check'],
    // Editors have no use for the words of our refusals.
    overrideSchema: ({ jsonSchema }) => {
      const { expect: _, ...rest } = jsonSchema as Record<string, unknown>;
      return rest;
    },
  });
  return {
    ...converted,
    title: 'redis-lab.yaml',
    description: 'A Redis Sentinel lab. Every key has a default.',
  };
}
