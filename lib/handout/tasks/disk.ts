import { MACHINE } from '../../render/layout.js';
import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

/** The master cannot save, as on a disk that is full: it answers reads, and refuses PING. */
export function disk(known: Commands): Block[] {
  const file = `${MACHINE.dataDir}/dump.rdb`;
  const asRoot = (id: string, redisLab: Block['redisLab'], ...argv: readonly string[]): Block => ({
    id,
    redisLab,
    plain: { node: 'A', argv, root: true },
    looks: '',
    breaks: true,
  });
  return [
    known.who('disk'),
    {
      id: 'disk.full',
      redisLab: ['redis-lab', 'fault', 'save-fails', 'A'],
      plain: known.redis('A', 'save'),
      looks: '',
      breaks: true,
    },
    asRoot('disk.full.move', null, 'mv', file, `${file}.kept`),
    asRoot('disk.full.folder', null, 'mkdir', file),
    {
      id: 'disk.full.bgsave',
      redisLab: null,
      plain: known.redis('A', 'bgsave'),
      looks: '',
    },
    known.both('disk.ping', known.redis('A', 'ping'), { looks: '^MISCONF ', withinSeconds: 5 }),
    known.both('disk.write', known.redis('A', 'set', 'disk', 'full'), { looks: '^MISCONF ' }),
    known.both('disk.role', known.redis('A', 'role'), { looks: '^master$' }),
    known.moved('disk.says', known.witness, { names: 'new', waits: true }),
    asRoot('disk.heal', ['redis-lab', 'heal'], 'rmdir', file),
    asRoot('disk.heal.move', null, 'mv', `${file}.kept`, file),
    asRoot('disk.heal.restart', null, 'systemctl', 'restart', 'redis-server'),
    known.follows('disk.follows'),
  ];
}
