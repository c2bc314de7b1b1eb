import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function comeback(known: Commands): Block[] {
  return [
    known.startA('comeback.start'),
    known.follows('comeback.role'),
    known.both('comeback.get', known.redis('A', 'get', 'after-failover'), {
      looks: '^yes$',
      withinSeconds: 10,
    }),
  ];
}
