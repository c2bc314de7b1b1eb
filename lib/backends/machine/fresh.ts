/** Resetting nodes to the state after their first boot. */
import type { LabModel, NodeModel } from '../../model/model.js';
import { masterOf } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import type { Shell } from './shell.js';

/** Servers are killed, since what they would save at their end is wiped. */
const END = `
systemctl kill --signal=CONT redis-sentinel redis-server 2>/dev/null
systemctl kill --signal=KILL redis-sentinel redis-server 2>/dev/null
systemctl stop redis-sentinel redis-server
systemctl reset-failed redis-sentinel redis-server 2>/dev/null
rm -rf "$1" "$2"
journalctl --quiet --rotate --vacuum-time=1s >/dev/null 2>&1
true`;

/** Wipes data, logs and live configurations, which the node's own scripts then make again. */
export async function beginAnew(
  shell: Shell,
  lab: LabModel,
  nodes: readonly NodeModel[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const each = async (node: NodeModel, ...argv: string[]) =>
    shell.call(node.name, argv, { deadlineMs: 300_000, signal });
  // All end before any starts: an old Sentinel would tell the new ones what it knows.
  await Promise.all(
    nodes.map((node) => each(node, 'sh', '-c', END, 'sh', MACHINE.configDir, MACHINE.dataDir)),
  );
  const master = masterOf(lab);
  const boot = (node: NodeModel) => each(node, 'bash', `${MACHINE.kitDir}/bootstrap.sh`);
  if (nodes.includes(master)) await boot(master);
  await Promise.all(nodes.filter((node) => node !== master).map(boot));
}
