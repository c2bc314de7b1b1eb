/** What `verify`, `status`, `doctor` and `list` print with `--json`, as JSON Schemas: apart, since only the build makes them. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { doctorSchema, labsSchema, resultSchema, statusSchema } from './schema.js';

/** A draft-07 schema of what `list --json` prints. */
export function labsJsonSchema(): Record<string, unknown> {
  return titled(labsSchema, 'redis-lab list --json', 'The labs of a user.');
}

/** A draft-07 schema of what `verify --json` prints. */
export function resultJsonSchema(): Record<string, unknown> {
  return titled(resultSchema, 'redis-lab verify --json', 'What a verification found.');
}

/** A draft-07 schema of what `status --json` prints. */
export function statusJsonSchema(): Record<string, unknown> {
  return titled(statusSchema, 'redis-lab status --json', 'What a lab is doing at one moment.');
}

/** A draft-07 schema of what `doctor --json` prints. */
export function doctorJsonSchema(): Record<string, unknown> {
  return titled(doctorSchema, 'redis-lab doctor --json', 'What a host has and lacks for a lab.');
}

function titled(
  schema: v.GenericSchema<unknown>,
  title: string,
  description: string,
): Record<string, unknown> {
  return { ...toJsonSchema(schema, { typeMode: 'output' }), title, description };
}
