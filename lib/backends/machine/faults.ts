/** Breaking a node, and mending it. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import type { FaultKind } from '../backend.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

export const FAULTS = ['crash', 'hang', 'partition', 'power-off'] as const satisfies FaultKind[];

/**
 * Rules of the partition, before those of the firewall, known by their comment. Connections that exist are cut as well. Its
 * arguments: `-I` or `-D`, then the addresses of the other nodes.
 */
const PARTITION = `
how=$1; shift
for address; do
  iptables -w 5 "$how" INPUT -s "$address" -m comment --comment redis-lab-partition -j DROP
  iptables -w 5 "$how" OUTPUT -d "$address" -m comment --comment redis-lab-partition -j DROP
done`;

/** Whether the node that runs this is cut off: a shell command. */
export const IS_PARTITIONED = 'iptables -w 5 -S INPUT | grep -q redis-lab-partition';

/** What of a node's power is the machine's own business. */
export async function inject(
  shell: Shell,
  lab: LabModel,
  fault: Exclude<FaultKind, 'power-off'>,
  node: string,
): Promise<void> {
  switch (fault) {
    case 'crash':
      // One that stands still hears of it once it goes on.
      for (const signal of ['SEGV', 'CONT']) {
        await shell.attempt(node, ['systemctl', 'kill', `--signal=${signal}`, UNITS.redis]);
      }
      return untilDown(shell, node);
    case 'hang':
      await shell.call(node, ['systemctl', 'kill', '--signal=STOP', UNITS.redis]);
      return;
    case 'partition':
      if (await isPartitioned(shell, node)) return;
      await shell.call(node, ['sh', '-ec', PARTITION, 'sh', '-I', ...others(lab, node)]);
  }
}

/** The kernel writes no core here, but the server's own crash report takes its time. */
const CRASH_SECONDS = 15;

const UNTIL_DOWN = `
for i in $(seq 1 ${CRASH_SECONDS * 20}); do
  systemctl is-active --quiet ${UNITS.redis} || exit 0
  sleep 0.05
done
exit 1`;

async function untilDown(shell: Shell, node: string): Promise<void> {
  const ran = await shell.attempt(node, ['sh', '-c', UNTIL_DOWN]);
  if (ran.code === 0) return;
  throw new RedisLabError(
    `${node}'s Redis server still runs ${CRASH_SECONDS} s after it was sent SIGSEGV. Look at: redis-lab logs ${node}`,
    { exitCode: EXIT.deadline },
  );
}

export async function isPartitioned(shell: Shell, node: string): Promise<boolean> {
  return (await shell.attempt(node, ['sh', '-c', IS_PARTITIONED])).code === 0;
}

export async function rejoin(shell: Shell, lab: LabModel, node: string): Promise<void> {
  await shell.call(node, ['sh', '-ec', PARTITION, 'sh', '-D', ...others(lab, node)]);
}

function others(lab: LabModel, node: string): string[] {
  return lab.nodes.filter(({ name }) => name !== node).map(({ ip }) => ip);
}
