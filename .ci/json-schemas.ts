/** Draft-07 JSON Schemas of what the command prints with `--json`. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { experimentResult } from '../lib/experiment/schema.js';
import { eventSchema } from '../lib/live/schema.js';
import { checkSchema } from '../lib/report/check-schema.js';
import { doctorSchema, labsSchema, resultSchema, statusSchema } from '../lib/report/schema.js';

export const resultJsonSchema = printedBy('verify --json', resultSchema);
export const statusJsonSchema = printedBy('status --json', statusSchema);
export const doctorJsonSchema = printedBy('doctor --json', doctorSchema);
export const checkJsonSchema = printedBy('check --json', checkSchema);
export const labsJsonSchema = printedBy('list --json', labsSchema);
/** Of `experiment.json`. */
export const experimentJsonSchema = printedBy('experiment --json', experimentResult);
/** Of one line. */
export const eventJsonSchema = printedBy('status --watch --json', eventSchema);

function printedBy(command: string, schema: v.GenericSchema<unknown>) {
  return (): Record<string, unknown> => {
    const definitions: Record<string, unknown> = {};
    const shape = withoutDepth(toJsonSchema(schema, { typeMode: 'output' }), definitions) as object;
    return { ...shape, title: `redis-lab ${command}`, definitions };
  };
}

/** Sentences contain sentences. Our schema has a fixed depth; the JSON Schema refers to this one definition. */
const NESTED = 'MessageValues';

function withoutDepth(node: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((each) => withoutDepth(each, definitions));
  if (typeof node !== 'object' || node === null) return node;
  const isNested = 'title' in node && node.title === NESTED;
  const isKnown = Object.hasOwn(definitions, NESTED);
  if (isNested) definitions[NESTED] ??= {};
  const whole = () =>
    Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, withoutDepth(value, definitions)]),
    );
  if (!isNested) return whole();
  if (!isKnown) definitions[NESTED] = whole();
  const { description } = node as { readonly description?: string };
  return { description, $ref: `#/definitions/${NESTED}` };
}
