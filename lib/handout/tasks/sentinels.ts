import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function sentinels(known: Commands): Block[] {
  const { lab, master } = known;
  return [
    known.whole('sentinels.quorum'),
    known.both('sentinels.info', known.sentinel(known.witness, 'info', 'sentinel'), {
      looks: `^master0:name=${lab.sentinel.masterName},status=ok,.*,sentinels=${known.sentinels.length}$`,
      show: '^master0:',
    }),
    ...known.sentinels.map((sentinel) =>
      known.both(`sentinels.master.${sentinel.name}`, known.masterAddress(sentinel), {
        looks: `^${master.ip.replaceAll('.', '\\.')}$`,
      }),
    ),
  ];
}
