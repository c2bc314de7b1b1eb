/** What a failover claims, in order. What each says is in `templates/claims/`. */
import type { LabModel } from '../../model/model.js';
import type { Claim } from '../../verify/recorder.js';
import { wholeClaims } from '../../verify/whole.js';
import { DEMOKEY_READ, DEMOKEY_SET } from '../demokey.js';
import { COST, type Cost } from '../history.js';
import type { Story } from './story.js';

export const CRASHED: Claim = { code: 'failover.crashed' };
export const CLIENT_WRITES: Claim = { code: 'failover.client-writes' };
export const LED: Claim = { code: 'failover.led' };
export const PROMOTED: Claim = { code: 'failover.promoted' };
export const CLIENT_GOES_ON: Claim = { code: 'failover.client-goes-on' };
export const ALL_AGREE: Claim = { code: 'failover.all-agree' };
export const REPOINTED: Claim = { code: 'failover.repointed' };
export const KEY_KEPT: Claim = { code: 'failover.key-kept' };
export const CAUGHT_UP: Claim = { code: 'failover.caught-up' };
export const ACCOUNTED: Claim = { code: 'failover.accounted' };
export const WHOLE_AGAIN: Claim = { code: 'failover.whole-again' };

export function detected({ sentinel: { downAfterMs } }: LabModel): Claim {
  return { code: 'failover.detected', values: { downAfterMs } };
}

export function agreed({ sentinel: { quorum } }: LabModel): Claim {
  return { code: 'failover.agreed', values: { quorum } };
}

export function failoverClaims(lab: LabModel, story: Story): Claim[] {
  const { struck, agreed: onAgreed = [], promoted, rejoined, accounted = [], again } = story;
  return [
    ...wholeClaims(lab),
    DEMOKEY_SET,
    DEMOKEY_READ,
    CLIENT_WRITES,
    ...struck(lab),
    ...(story.planned ? [] : [detected(lab), agreed(lab)]),
    ...onAgreed,
    LED,
    PROMOTED,
    ...(story.planned ? [] : [CLIENT_GOES_ON]),
    ...(promoted?.(lab) ?? []),
    ALL_AGREE,
    REPOINTED,
    KEY_KEPT,
    rejoined,
    // Until it is a replica, the old master keeps its clients.
    ...(story.planned ? [CLIENT_GOES_ON] : []),
    CAUGHT_UP,
    ACCOUNTED,
    ...accounted,
    costOf(story).claim,
    WHOLE_AGAIN,
    ...(again?.(lab) ?? []),
  ];
}

/** A master that is silent, or was not told, may have gone on. */
export function costOf({ silent = false, planned = false }: Story): Cost {
  return silent || planned ? COST.split : COST.crash;
}
