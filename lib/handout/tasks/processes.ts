import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function processes(known: Commands): Block[] {
  const { lab, master } = known;
  return [
    ...lab.nodes.map((node) =>
      known.both(
        `processes.ps.${node.name}`,
        { node: node.name, argv: ['ps', '-u', 'redis', '-o', 'user,pid,args'] },
        {
          looks: node.runsSentinel
            ? '\\[sentinel\\]|sentinel\\.conf'
            : `-server .*:${node.redisPort}`,
          systemd: true,
          photograph: true,
        },
      ),
    ),
    known.both(
      'processes.units',
      {
        node: master.name,
        argv: [
          'systemctl',
          'is-active',
          'redis-server',
          ...(master.runsSentinel ? ['redis-sentinel'] : []),
        ],
      },
      { looks: '^active$', systemd: true },
    ),
    {
      id: 'processes.log',
      // A first full copy says up to nine lines.
      ...known.logs(master, 'redis', Math.max(30, 12 + 9 * known.replicas.length)),
      looks: 'Ready to accept connections[\\s\\S]*Synchronization with replica .* succeeded',
      show: 'Ready to accept|asks for synchronization|Synchronization with',
      withinSeconds: 15,
      photograph: true,
    },
  ];
}
