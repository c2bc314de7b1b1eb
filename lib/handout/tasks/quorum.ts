import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function quorum(known: Commands): Block[] {
  const { witness } = known;
  const silenced = known.sentinels.filter((sentinel) => sentinel !== witness);
  return [
    known.who('quorum'),
    ...silenced.map(
      (sentinel): Block => ({
        id: `quorum.stop.${sentinel.name}`,
        redisLab: known.sentinel(sentinel, 'shutdown'),
        plain: { node: sentinel.name, argv: ['systemctl', 'stop', 'redis-sentinel'], root: true },
        looks: '',
      }),
    ),
    known.both(
      'quorum.check',
      known.sentinel(witness, 'sentinel', 'ckquorum', known.lab.sentinel.masterName),
      { looks: 'NOQUORUM', withinSeconds: known.downSeconds + 15 },
    ),
    known.crash(known.mayDebug ? 'quorum.crash' : 'quorum.signal'),
    known.both('quorum.says', known.masterAddress(witness), {
      looks: '^{A}$',
      pauseSeconds: known.downSeconds + 10,
      waits: true,
    }),
    {
      id: 'quorum.log',
      // A line for each of the others and one for the master; more would be of earlier exercises. With a quorum of one it tries
      // to lead, again and again, and is not elected.
      ...known.logs(
        witness,
        'sentinel',
        known.lab.sentinel.quorum === 1 ? 40 : known.sentinels.length + 2,
      ),
      looks: '\\+sdown master (?![\\s\\S]*\\+switch-master)',
      show: '[+-](sdown (sentinel|master)|odown|try-failover|failover-abort-not-elected) ',
    },
    {
      id: 'quorum.heal',
      redisLab: ['redis-lab', 'heal'],
      // The server first: Sentinels that come back to a dead master fail over.
      plain: { node: 'A', argv: ['systemctl', 'start', 'redis-server'], root: true },
      looks: '',
      breaks: true,
    },
    ...silenced.map(
      (sentinel): Block => ({
        id: `quorum.start.${sentinel.name}`,
        redisLab: null,
        plain: { node: sentinel.name, argv: ['systemctl', 'start', 'redis-sentinel'], root: true },
        looks: '',
      }),
    ),
    known.whole('quorum.whole'),
  ];
}
