/** Starting and stopping the share of the node that builds (`templates/node/share.py`), from which the others get its build. */
import { randomBytes } from 'node:crypto';
import { builderOf, type LabModel, sharesBuild } from '../../model/model.js';
import type { Shell } from './shell.js';

const UNIT = 'redis-lab-share';

export const SHARE_KEY_FORM = /^[0-9a-f]{64}$/;

/** A new key, with which the builder of a lab signs its build for the others. All nodes get it with their user-data. */
export function newShareKey(): string {
  return randomBytes(32).toString('hex');
}

/** Opens the share again, for nodes that are made later than the builder. */
export async function openShare(shell: Shell, lab: LabModel, signal?: AbortSignal): Promise<void> {
  await tell(shell, lab, 'start', signal);
}

/**
 * Ends the share once all nodes have their server. Usually it has ended by itself, when each node has reported that it is
 * done; but a report is lost if the builder is down. If this call fails, the share ends by itself after two hours.
 */
export async function endShare(shell: Shell, lab: LabModel, signal?: AbortSignal): Promise<void> {
  await tell(shell, lab, 'stop', signal);
}

async function tell(
  shell: Shell,
  lab: LabModel,
  verb: 'start' | 'stop',
  signal: AbortSignal | undefined,
): Promise<void> {
  const builder = builderOf(lab);
  if (!sharesBuild(lab, builder)) return;
  const options = { deadlineMs: 30_000, signal };
  await shell.attempt(builder.name, ['systemctl', verb, UNIT], options).catch(() => {
    // Then nodes build their own, or the share ends later: no reason to give up the lab.
    signal?.throwIfAborted();
  });
}
