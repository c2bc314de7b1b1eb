import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function hang(known: Commands): Block[] {
  return [
    known.who('hang'),
    {
      id: 'hang.stop',
      redisLab: ['redis-lab', 'fault', 'hang', 'A'],
      plain: {
        node: 'A',
        argv: ['systemctl', 'kill', '--signal=STOP', 'redis-server'],
        root: true,
      },
      looks: '',
      breaks: true,
    },
    known.moved('hang.says', known.witness, { names: 'new', waits: true }),
    {
      id: 'hang.continue',
      redisLab: ['redis-lab', 'heal'],
      plain: {
        node: 'A',
        argv: ['systemctl', 'kill', '--signal=CONT', 'redis-server'],
        root: true,
      },
      looks: '',
      breaks: true,
    },
    known.follows('hang.role'),
  ];
}
