import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function crash(known: Commands): Block[] {
  const events =
    '[+-](sdown|odown|new-epoch|try-failover|vote-for-leader|elected-leader|failover-state-\\S+|selected-slave|promoted-slave|slave-reconf-\\S+|failover-end|switch-master|config-update-from|convert-to-slave)\\b';
  const [last] = known.sentinels.slice(-1);
  const { lab, replicas } = known;
  return [
    known.who('crash'),
    known.crash(known.mayDebug ? 'crash.segfault' : 'crash.signal'),
    // Whoever is asked next has long known.
    ...known.sentinels.map((sentinel) =>
      known.moved(`crash.says.${sentinel.name}`, sentinel, {
        ...(sentinel === known.witness ? { waits: true } : {}),
        ...(sentinel === last ? { names: 'new' } : {}),
      }),
    ),
    ...known.sentinels.map(
      (sentinel): Block => ({
        id: `crash.log.${sentinel.name}`,
        ...known.logs(sentinel, 'sentinel', Math.max(40, 30 + 5 * replicas.length)),
        looks: '\\+sdown master[\\s\\S]*\\+switch-master',
        show: events,
        withinSeconds: 10,
        photograph: true,
      }),
    ),
    known.both('crash.role', known.redis('N', 'role'), { looks: '^master$' }),
    known.both('crash.kept', known.redis('N', 'get', 'demokey'), { looks: '^testing testing$' }),
    ...(lab.redis.minReplicasToWrite > replicas.length - 1
      ? [known.lenient('crash.lenient', 0, 'N')]
      : []),
    known.both('crash.write', known.redis('N', 'set', 'after-failover', 'yes'), {
      looks: '^OK$',
      withinSeconds: 10,
    }),
  ];
}
