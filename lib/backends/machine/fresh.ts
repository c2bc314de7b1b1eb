/** Beginning anew on nodes that are there: as after their first boot, without the boot. */
import type { LabModel, NodeModel } from '../../model/model.js';
import { masterOf } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import type { Shell } from './shell.js';

/** A server that saves for long at its end is not waited for: nobody wants what it saves. */
const END = `
systemctl kill --signal=CONT redis-sentinel redis-server 2>/dev/null
systemctl kill --signal=KILL redis-sentinel redis-server 2>/dev/null
systemctl stop redis-sentinel redis-server
systemctl reset-failed redis-sentinel redis-server 2>/dev/null
rm -rf "$1" "$2"
journalctl --quiet --rotate --vacuum-time=1s >/dev/null 2>&1
true`;

/** Data, logs and live configurations go; the node's own scripts, which brought them once, bring them again. */
export async function beginAnew(
  shell: Shell,
  lab: LabModel,
  nodes: readonly NodeModel[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const each = async (node: NodeModel, ...argv: string[]) =>
    shell.call(node.name, argv, { deadlineMs: 300_000, signal });
  // All ends before anything begins: a Sentinel of before would tell the new ones what it knows.
  await Promise.all(
    nodes.map((node) => each(node, 'sh', '-c', END, 'sh', MACHINE.configDir, MACHINE.dataDir)),
  );
  const master = masterOf(lab);
  const boot = (node: NodeModel) => each(node, 'bash', `${MACHINE.kitDir}/bootstrap.sh`);
  if (nodes.includes(master)) await boot(master);
  await Promise.all(nodes.filter((node) => node !== master).map(boot));
}
