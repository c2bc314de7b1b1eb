import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function start(known: Commands): Block[] {
  return [
    {
      id: 'start.up',
      redisLab: ['redis-lab', 'up', '--no-verify'],
      plain: ['vagrant', 'up'],
      looks: 'is up|is already running|already running, nothing',
      show: 'is up|already running',
    },
    {
      id: 'start.status',
      redisLab: ['redis-lab', 'status'],
      plain: ['vagrant', 'status'],
      looks: `^master is ${known.master.name},`,
    },
  ];
}
