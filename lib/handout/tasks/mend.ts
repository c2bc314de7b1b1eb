import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function mend(known: Commands): Block[] {
  const { masterName } = known.lab.sentinel;
  return [
    known.both(
      'mend.time',
      known.sentinel(
        known.witness,
        'sentinel',
        'set',
        masterName,
        'down-after-milliseconds',
        '5000s',
      ),
      { looks: '^ERR |Invalid argument' },
    ),
    {
      id: 'mend.down',
      redisLab: ['redis-lab', 'down'],
      plain: ['vagrant', 'destroy', '-f'],
      looks: 'Nothing of the lab',
    },
  ];
}
