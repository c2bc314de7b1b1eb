/** What a fault can do to a node that is a machine with systemd. */
import type { FaultHost } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

/** @param cutPower what of a node's power is the machine's own business */
export function faultHost(
  shell: Shell,
  lab: LabModel,
  cutPower: (node: NodeModel) => Promise<void>,
): FaultHost {
  const asRoot: FaultHost['asRoot'] = async ({ name }, script, ...args) =>
    (await shell.attempt(name, ['sh', '-ec', script, 'sh', ...args])).code;
  return {
    lab,
    async signal({ name }, first, ...rest) {
      await shell.call(name, kill(first));
      for (const signal of rest) await shell.attempt(name, kill(signal));
    },
    becomes: async (node, state, withinMs) =>
      (await asRoot(node, WAIT, state, String(withinMs / PAUSE_MS), UNITS.redis)) === 0,
    asRoot,
    cutPower,
  };
}

function kill(signal: string | undefined): string[] {
  return ['systemctl', 'kill', `--signal=${signal}`, UNITS.redis];
}

const PAUSE_MS = 50;

/** The kernel writes no core here, but the server's own crash report takes its time. */
const WAIT = `
state=$1; tries=$2; unit=$3
while [ "$tries" -gt 0 ]; do
  tries=$((tries - 1))
  if ! systemctl is-active --quiet "$unit"; then exit 0; fi
  pid=$(systemctl show --property=MainPID --value "$unit")
  if [ "$state" = halted ] && grep -q '^State:.T' "/proc/$pid/status"; then exit 0; fi
  sleep 0.05
done
exit 1`;
