import { clientsOf, type NodeModel } from '../../model/model.js';
import { clientArgs } from '../../render/client-args.js';
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
        looks: isAt(master),
      }),
    ),
    ...clientsOf(lab)
      .slice(0, 1)
      .flatMap(({ name }) => fromClient(known, name)),
  ];
}

/** What a program does that follows a failover: it asks a Sentinel, then whom that names. */
function fromClient(known: Commands, node: string): Block[] {
  const { lab, master, witness } = known;
  const cli = (host: string, port: number, ...words: string[]) => ({
    node,
    argv: ['redis-cli', ...clientArgs({ host, port }), ...words],
  });
  const asks = ['sentinel', 'get-master-addr-by-name', lab.sentinel.masterName];
  const asked = cli(witness.name, witness.sentinelPort, ...asks);
  const reached = cli(master.ip, master.redisPort, 'ping');
  return [
    known.both('sentinels.client.asks', asked, { looks: isAt(master) }),
    known.both('sentinels.client.reaches', reached, { looks: '^PONG$' }),
  ];
}

function isAt({ ip }: NodeModel): string {
  return `^${ip.replaceAll('.', '\\.')}$`;
}
