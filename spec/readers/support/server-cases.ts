/** The servers that run on the generated configurations, and the labs for each. */
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { type Engine, newerEngine, REDIS } from './engines.js';
import { EVERYTHING, PACKAGED } from './labs.js';
import { type Need, newer, program } from './readers.js';

export interface Case {
  readonly needs: readonly Need[];
  readonly engine: () => Engine;
  /** The lab, of the version that is here. */
  readonly spec: (version: string) => LabSpec;
  /** What the lines of `redis.config` come to. */
  readonly extra?: Readonly<Record<string, string>>;
}

export const CASES: Readonly<Record<string, Case>> = {
  "this machine's redis-server": {
    needs: [program(REDIS.program), program('redis-cli')],
    engine: () => REDIS,
    // Of a box that is no distribution's that is known: the package may be of any version.
    spec: (version) => ({
      ...PACKAGED,
      redis: { ...PACKAGED.redis, version },
      vagrant: { box: 'me/class' },
    }),
  },
  'redis-server of Debian 13': {
    needs: [newer, program('redis-cli')],
    engine: () => newerEngine('redis-server'),
    spec: (version) => ({
      redis: {
        version,
        source: { sha256: '0'.repeat(64) },
        // Valkey 8.1 does not escape these when it writes its configuration anew.
        config: ['proc-title-template "a \\"quoted\\" \\\\ name"', "notify-keyspace-events 'Kx'"],
      },
    }),
    extra: { 'proc-title-template': 'a "quoted" \\ name', 'notify-keyspace-events': 'xK' },
  },
  'valkey-server of Debian 13': {
    needs: [newer, program('redis-cli')],
    engine: () => newerEngine('valkey-server'),
    spec: (version) => ({ ...EVERYTHING, redis: { ...EVERYTHING.redis, version } }),
    extra: {
      maxmemory: '104857600',
      'notify-keyspace-events': 'AKE',
      'proc-title-template': '{title} {listen-addr}  ',
      'availability-zone': "it's # $HOME `x` #{y} {{z}} ",
      'latency-tracking-info-percentiles': '50 99.9',
    },
  },
};

/** Linux has all of 127.0.0.0/8; others have 127.0.0.1. */
export function manyLoopbacks(): string | undefined {
  return process.platform === 'linux' ? undefined : 'addresses of 127.x besides 127.0.0.1';
}
