import type { Block } from '../block.js';
import { COMEBACK_SECONDS, type Commands } from '../commands.js';

export function safer(known: Commands): Block[] {
  return [
    known.who('safer'),
    known.lenient('safer.on', 1),
    ...known.cut('safer'),
    known.both('safer.refused', known.redis('A', 'set', 'receipt', String(known.receipt + 1)), {
      looks: '^NOREPLICAS ',
      withinSeconds: 10,
      breaks: true,
    }),
    known.both('safer.mended', known.redis('A', 'set', 'receipt', String(known.receipt + 2)), {
      looks: '^OK$',
      waits: true,
      // Sentinel waits for failover-timeout before it puts a replica right.
      withinSeconds: COMEBACK_SECONDS + Math.ceil(known.lab.sentinel.failoverTimeoutMs / 1000),
    }),
    known.lenient('safer.off', known.lab.redis.minReplicasToWrite),
  ];
}
