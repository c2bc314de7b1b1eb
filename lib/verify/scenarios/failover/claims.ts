/** What the failover scenario claims, in order. */
import type { LabModel } from '../../../model/model.js';
import type { Claim } from '../../recorder.js';
import { DEMOKEY_READ, DEMOKEY_SET } from '../demokey.js';
import { wholeClaims } from '../whole.js';

export const CLIENT_WRITES: Claim = {
  claim: 'A client that asks Sentinel for the master writes to it',
  expected: 'acknowledged writes for more than a second',
};

export const CRASHED: Claim = {
  claim: "DEBUG SEGFAULT, sent on the master's own node, ends its Redis server",
  expected: 'no answer, and every connection to it closed',
};

export function detected({ sentinel }: LabModel): Claim {
  return {
    claim: 'A Sentinel sees the master down',
    expected: `+sdown once down-after (${sentinel.downAfterMs} ms) has passed`,
  };
}

export function agreed({ sentinel }: LabModel): Claim {
  return {
    claim: 'The Sentinels agree that the master is down',
    expected: `+odown by ${sentinel.quorum} of them`,
  };
}

export const LED: Claim = {
  claim: 'One Sentinel is elected to lead the failover',
  expected: '+elected-leader of one Sentinel in an epoch',
};

export const PROMOTED: Claim = {
  claim: 'A replica is promoted and takes writes',
  expected: 'OK to a write sent to it directly',
};

export const CLIENT_GOES_ON: Claim = {
  claim: 'The client finds the new master and its writes go on',
  expected: 'an acknowledged write after the fault',
};

export const ALL_AGREE: Claim = {
  claim: 'Every Sentinel names the promoted node as master',
  expected: 'the same address from each',
};

export const REPOINTED: Claim = {
  claim: 'Every other replica follows the new master',
  expected: 'its link to the new master is up',
};

export const KEY_KEPT: Claim = {
  claim: 'demokey is still there, on the new master and on its replicas',
  expected: '"testing testing" from each',
};

export const REJOINED: Claim = {
  claim: 'The old master, started again, comes back as a replica of the new one',
  expected: 'role:slave, and its link to the new master is up',
};

export const CAUGHT_UP: Claim = {
  claim: 'The old master catches up with the new one',
  expected: 'the same number of bytes',
};

export const ACCOUNTED: Claim = {
  claim: 'Every attempted write is accounted for',
  expected: 'one entry for each number; nothing stored that was not written down as accepted',
};

export const WHOLE_AGAIN: Claim = {
  claim: 'The lab is whole at the end',
  expected: 'all that was claimed of it at the beginning, with the new master',
};

export function failoverClaims(lab: LabModel): Claim[] {
  return [
    ...wholeClaims(lab),
    DEMOKEY_SET,
    DEMOKEY_READ,
    CLIENT_WRITES,
    CRASHED,
    detected(lab),
    agreed(lab),
    LED,
    PROMOTED,
    CLIENT_GOES_ON,
    ALL_AGREE,
    REPOINTED,
    KEY_KEPT,
    REJOINED,
    CAUGHT_UP,
    ACCOUNTED,
    WHOLE_AGAIN,
  ];
}
