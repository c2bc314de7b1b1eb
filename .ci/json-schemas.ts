/** What the command prints with `--json`, as draft-07 schemas for those who read it. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { eventSchema } from '../lib/live/schema.js';
import { doctorSchema, labsSchema, resultSchema, statusSchema } from '../lib/report/schema.js';

export const resultJsonSchema = printedBy('verify --json', resultSchema);
export const statusJsonSchema = printedBy('status --json', statusSchema);
export const doctorJsonSchema = printedBy('doctor --json', doctorSchema);
export const labsJsonSchema = printedBy('list --json', labsSchema);
/** Of one line. */
export const eventJsonSchema = printedBy('status --watch --json', eventSchema);

function printedBy(command: string, schema: v.GenericSchema<unknown>) {
  return (): Record<string, unknown> => ({
    ...toJsonSchema(schema, { typeMode: 'output' }),
    title: `redis-lab ${command}`,
  });
}
