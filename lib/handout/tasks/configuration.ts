import type { Block } from '../block.js';
import type { Commands } from '../commands.js';

export function configuration(known: Commands): Block[] {
  const { lab, master, replicas } = known;
  const replica = replicas[0] ?? master;
  return [
    known.both(
      'configuration.first-boot',
      { node: master.name, argv: ['cloud-init', 'status'] },
      { looks: '^status: done$', systemd: true },
    ),
    known.both(
      'configuration.firewall',
      { node: master.name, argv: ['ufw', 'status'], root: true },
      { looks: '^Status: active$', systemd: true },
    ),
    known.both(
      'configuration.owner',
      { node: master.name, argv: ['ls', '-l', '/etc/redis-lab'], root: true },
      { looks: 'redis redis .* redis\\.conf$', systemd: true },
    ),
    known.setting('configuration.address', replica, 'replica-announce-ip', replica.ip),
    ...(lab.redis.debugCommand === null
      ? []
      : [
          known.setting(
            'configuration.debug',
            master,
            'enable-debug-command',
            lab.redis.debugCommand,
          ),
        ]),
  ];
}
