import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function replication(known: Commands): Block[] {
  const { lab, master, replicas } = known;
  const [first = master] = replicas;
  return [
    known.both('replication.master', known.redis(master.name, 'info', 'replication'), {
      looks: `^role:master\\s[\\s\\S]*^connected_slaves:${replicas.length}$`,
      show: '^(role|connected_slaves|slave\\d+|master_repl_offset):',
    }),
    known.both('replication.set', known.redis(master.name, 'set', 'demokey', 'testing testing'), {
      looks: '^OK$',
      photograph: true,
    }),
    ...replicas.map((replica) =>
      known.both(`replication.get.${replica.name}`, known.redis(replica.name, 'get', 'demokey'), {
        looks: '^testing testing$',
        withinSeconds: 5,
        photograph: true,
      }),
    ),
    known.both('replication.refused', known.redis(first.name, 'set', 'demokey', 'mine'), {
      looks: '^READONLY ',
    }),
    known.both('replication.kept', known.redis(master.name, 'get', 'demokey'), {
      looks: '^testing testing$',
    }),
    known.both('replication.link', known.redis(first.name, 'info', 'replication'), {
      looks: `^role:slave\\s[\\s\\S]*^master_host:${master.ip.replaceAll('.', '\\.')}\\s[\\s\\S]*^master_link_status:up$`,
      show: '^(role|master_host|master_port|master_link_status|slave_read_only):',
    }),
    // A master that wants more replicas than it has refuses the writes of the tasks to come.
    ...(lab.redis.minReplicasToWrite > 0
      ? [
          known.setting(
            'replication.lenient',
            master,
            'min-replicas-to-write',
            lab.redis.minReplicasToWrite,
          ),
        ]
      : []),
  ];
}
