import type { Block } from '../block.js';
import { COMEBACK_SECONDS, type Commands } from '../commands.js';

export function lost(known: Commands): Block[] {
  const strict = known.lab.redis.minReplicasToWrite > 0;
  return [
    known.who('lost'),
    ...(strict ? [known.lenient('lost.lenient', 0)] : []),
    ...known.cut('lost'),
    known.both('lost.set', known.redis('A', 'set', 'receipt', String(known.receipt)), {
      looks: '^OK$',
    }),
    known.crash(known.mayDebug ? 'lost.crash' : 'lost.signal'),
    known.moved('lost.says', known.witness, { names: 'new', waits: true }),
    known.both('lost.new', known.redis('N', 'get', 'receipt'), { looks: '^\\s*$' }),
    known.startA('lost.start'),
    known.follows('lost.role'),
    known.both('lost.old', known.redis('A', 'get', 'receipt'), { looks: '^\\s*$' }),
    known.both('lost.whole', known.redis('N', 'info', 'replication'), {
      looks: `^connected_slaves:${known.replicas.length}$`,
      show: '^(role|connected_slaves|slave\\d+):',
      withinSeconds: COMEBACK_SECONDS,
    }),
  ];
}
