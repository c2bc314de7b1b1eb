/** The lines of a live configuration with users and passwords. */
import type { LabModel } from '../../model/model.js';
import type { Secret } from '../../model/secret.js';
import type { Service } from '../backend.js';
import { hashed, type Peer, peerPassword } from './password.js';

const EVERYTHING = '~* &* +@all';
const NO_CHANNELS = 'resetchannels -@all';
const HELLO = 'resetchannels &__sentinel__:hello -@all';

/** ACL rules by user. `+failover` is for Valkey 9, whose Sentinel uses FAILOVER. */
const RULES: Readonly<Record<Service, Readonly<Partial<Record<Peer | 'default', string>>>>> = {
  redis: {
    default: EVERYTHING,
    replication: `${NO_CHANNELS} +psync +replconf +ping`,
    sentinel: `${HELLO} +multi +exec +slaveof +ping +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill +failover`,
  },
  sentinel: {
    default: EVERYTHING,
    sentinel: `${HELLO} +ping +publish +client|setname +sentinel|is-master-down-by-addr`,
  },
};

/** Every user has a password; that of `default` is the lab's. */
export function accessLines(lab: LabModel, service: Service, secret: Secret): string[] {
  const users = Object.entries(RULES[service]).map(([user, rules]) => {
    const password = user === 'default' ? secret.reveal() : peerPassword(secret, user as Peer);
    return `user ${user} on ${hashed(password)} ${rules}`;
  });
  const { masterName } = lab.sentinel;
  const own =
    service === 'redis'
      ? ['masteruser replication', `masterauth ${peerPassword(secret, 'replication')}`]
      : [
          `sentinel auth-user ${masterName} sentinel`,
          `sentinel auth-pass ${masterName} ${peerPassword(secret, 'sentinel')}`,
          'sentinel sentinel-user sentinel',
          `sentinel sentinel-pass ${peerPassword(secret, 'sentinel')}`,
        ];
  return [...users, ...own];
}
