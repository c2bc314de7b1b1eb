/** A recording, from its JSON. */
import * as v from 'valibot';
import { parseSaved } from '../spec/saved.js';
import type { Recording } from './recording.js';

const schema: v.GenericSchema<unknown, Recording> = v.strictObject({
  format: v.literal(1),
  date: v.pipe(v.string(), v.isoDate()),
  redisLab: v.string(),
  backend: v.picklist(['local', 'incus', 'vagrant']),
  server: v.strictObject({ engine: v.picklist(['redis', 'valkey']), version: v.string() }),
  lab: v.strictObject({
    name: v.string(),
    nodes: v.array(
      v.strictObject({
        name: v.string(),
        ip: v.string(),
        redisPort: v.number(),
        sentinelPort: v.number(),
      }),
    ),
    masterName: v.string(),
    quorum: v.number(),
    downAfterMs: v.number(),
  }),
  masks: v.array(v.strictObject({ seen: v.string(), shown: v.string() })),
  outputs: v.record(
    v.string(),
    v.strictObject({
      output: v.string(),
      afterSeconds: v.nullable(v.number()),
      letters: v.record(v.string(), v.string()),
    }),
  ),
});

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for a text that is no JSON, or no recording of a handout
 */
export function readRecording(text: string, filename: string): Recording {
  const kind = { what: 'a recording', command: 'redis-lab handout --record FILE' };
  return parseSaved(schema, text, filename, kind);
}
