/** The result of `up`, from the surveys before and after. */
import { freeze } from '../../model/freeze.js';
import type { LabModel } from '../../model/model.js';
import type { RunningServer, UpResult } from '../backend.js';
import type { Survey } from './survey.js';

/** @param remembered the server that the lab ran with, in case no node tells */
export function outcome(
  described: LabModel,
  remembered: RunningServer | undefined,
  before: Survey,
  after: Survey & { readonly at: number },
): Omit<UpResult, 'notes'> {
  const server = after.server ?? remembered;
  if (!server) throw new Error('all services run, and no node tells the version of its server');
  const started = after.services.filter(
    ({ name, pid }) => before.services.find((each) => each.name === name)?.pid !== pid,
  );
  return {
    lab: fitted(described, server),
    server,
    started: started.map(({ name }) => name),
    startedAt: started.length === 0 ? undefined : after.at,
  };
}

function fitted(described: LabModel, { version }: RunningServer): LabModel {
  if (described.redis.version === version) return described;
  return freeze({ ...described, redis: { ...described.redis, version } });
}
