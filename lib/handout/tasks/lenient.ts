import type { Block, Letter } from '../block.js';
import type { Commands } from '../commands.js';

export function lenient(known: Commands, id: string, replicas: number, node: Letter = 'A'): Block {
  return known.both(
    id,
    known.redis(node, 'config', 'set', 'min-replicas-to-write', String(replicas)),
    { looks: '^OK$' },
  );
}
