/** The builder's share (`templates/node/share.py`), as the host sees it. */
import { randomBytes } from 'node:crypto';
import { builderOf, type LabModel, sharesBuild } from '../../model/model.js';
import type { Shell } from './shell.js';

const UNIT = 'redis-lab-share';

export const SHARE_KEY_FORM = /^[0-9a-f]{64}$/;

/** A key for one lab, with which its builder signs what it gives to the others: it reaches every node as the user-data does. */
export function newShareKey(): string {
  return randomBytes(32).toString('hex');
}

/** Opens the share of a builder that was there before the nodes that are being made. */
export async function openShare(shell: Shell, lab: LabModel, signal?: AbortSignal): Promise<void> {
  await tell(shell, lab, 'start', signal);
}

/**
 * Ends it once all nodes have their server. As a rule it has ended by itself: each node says that it has one, but not all
 * find the builder up at that moment. Where this fails, the share still ends by itself after two hours.
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
    // Without it nodes build their own, or it ends later: neither is a reason to give up a lab.
    signal?.throwIfAborted();
  });
}
