/** A recording, from its JSON. */
import * as v from 'valibot';
import { parseSaved } from '../spec/saved.js';

/** It comes from elsewhere, and is put into sentences: only what such a thing looks like. */
const like = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const version = like(/^\d+\.\d+\.\d+(?:-[\w.]{1,40})?$/);
const name = like(/^[\w.-]{1,63}$/);
const address = like(/^[\w.:-]{1,253}$/);

const schema = v.strictObject({
  format: v.literal(1),
  /** Day on which it was recorded, `2026-11-25`. */
  date: v.pipe(v.string(), v.isoDate()),
  /** Version of redis-lab. */
  redisLab: version,
  backend: v.string(),
  server: v.strictObject({ engine: v.picklist(['redis', 'valkey']), version }),
  lab: v.strictObject({
    name,
    nodes: v.array(
      v.strictObject({
        name,
        ip: address,
        redisPort: v.number(),
        sentinelPort: v.number(),
      }),
    ),
    masterName: name,
    quorum: v.number(),
    downAfterMs: v.number(),
  }),
  /** Texts that were put in the place of others: an address of loopback became that of the description. */
  masks: v.array(v.strictObject({ seen: v.string(), shown: v.string() })),
  /** By the id of a block. */
  outputs: v.record(
    v.string(),
    v.strictObject({
      output: v.string(),
      afterSeconds: v.nullable(v.number()),
      letters: v.record(v.string(), address),
    }),
  ),
});

export type Recording = v.InferOutput<typeof schema>;

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for a text that is no JSON, or no recording of a handout
 */
export function readRecording(text: string, filename: string): Recording {
  const kind = { what: 'a recording', command: 'redis-lab handout --record FILE' };
  return parseSaved(schema, text, filename, kind);
}
