/** Notes for the user that all backends give. */
import type { LabModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import type { Actual } from '../spec/fit.js';

/** That another server runs than was described; undefined if it is the same. */
export function otherServer({ redis }: LabModel, here: Actual): Message | undefined {
  if (redis.engine === here.engine && redis.version === here.version) return undefined;
  return message('note.other-server', {
    engine: redis.engine,
    version: redis.version,
    hereEngine: here.engine,
    hereVersion: here.version,
  });
}
