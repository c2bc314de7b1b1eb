/** Making services go on that stand still or were cut off, and starting those that do not run. */
import type { Sentence } from '../../coded.js';
import { undoAll } from '../../faults/registry.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import { type Message, message, messageOf } from '../../report/messages.js';
import type { Stuck } from '../backend.js';
import { all } from './all.js';
import { faultHost } from './fault-host.js';
import type { Shell } from './shell.js';
import type { Surveyed } from './survey.js';
import { UNITS } from './units.js';

export interface MendOptions {
  /** What runs and is to be ended and started again. Default: nothing. */
  readonly restart?: readonly Stuck[] | undefined;
  readonly onStep: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
}

/** Mends what is wrong with the services of these nodes, which all run; gives a sentence for each thing. */
export async function mend(
  shell: Shell,
  lab: LabModel,
  nodes: readonly NodeModel[],
  services: readonly Surveyed[],
  { restart = [], onStep, signal }: MendOptions,
): Promise<Message[]> {
  signal?.throwIfAborted();
  const host = faultHost(shell, lab, async () => undefined);
  const mended = await all(nodes, signal, async (node) => {
    const { name } = node;
    const own = services.filter((each) => each.node.name === name);
    return [
      ...(await undoAll(host, node)).map(messageOf),
      ...(await goOnAll(shell, own, onStep)),
      ...(await startServices(shell, own)),
      ...(await restartAll(
        shell,
        restart.filter((each) => each.node === name),
      )),
    ];
  });
  return mended.flat();
}

async function goOnAll(
  shell: Shell,
  services: readonly Surveyed[],
  onStep: MendOptions['onStep'],
): Promise<Message[]> {
  const mended: Message[] = [];
  for (const each of services) {
    if (each.state !== 'hung') continue;
    await shell.call(each.node.name, ['systemctl', 'kill', '--signal=CONT', UNITS[each.service]]);
    const told = message(`mended.${each.service}-continued`, { node: each.node.name });
    onStep(told);
    mended.push(told);
  }
  return mended;
}

/** What stands still hears nothing: it is made to go on, so that it can end in good order. */
export async function goOn(shell: Shell, node: string): Promise<void> {
  await shell.attempt(node, ['systemctl', 'kill', '--signal=CONT', UNITS.redis, UNITS.sentinel]);
}

async function startServices(shell: Shell, services: readonly Surveyed[]): Promise<Message[]> {
  const stopped = services.filter(({ state }) => state === 'stopped');
  for (const each of stopped) await startService(shell, each);
  return stopped.map(({ node, service }) =>
    message(`mended.${service}-started`, { node: node.name }),
  );
}

/** One that ended in good order may be no longer loaded: systemd refuses to forget how it failed. */
const START = 'systemctl reset-failed "$0" 2>/dev/null; exec systemctl start --no-block "$0"';

/** What the unit does while it starts is for whoever waits for it. */
export async function startService(shell: Shell, { node, service }: Surveyed): Promise<void> {
  await shell.call(node.name, ['sh', '-c', START, UNITS[service]]);
}

/** How long a service has to end when it is asked to, and once it was killed, seconds. */
const ENDS_S = 10;
const KILLED_S = 5;

/**
 * Ends a unit and starts it again. What says who gets in, which the lab leaves open and a server may have written into its
 * configuration, is taken out of that. Says `killed` if it did not end when it was asked to.
 */
const RESTART = `
unit=$0; conf=$1
ended() {
  tries=$(($1 * 10))
  while [ "$tries" -gt 0 ]; do
    case $(systemctl show --property=ActiveState --value "$unit") in inactive|failed) return 0;; esac
    tries=$((tries - 1)); sleep 0.1
  done
  return 1
}
systemctl stop --no-block "$unit"
if ! ended ${ENDS_S}; then
  echo killed
  systemctl kill --signal=KILL "$unit"
  ended ${KILLED_S}
fi
sed -i -E '/^(user|requirepass|masteruser|masterauth|maxclients|protected-mode|sentinel (auth|sentinel)-(user|pass)) /d' "$conf"
printf '\\nprotected-mode no\\n' >>"$conf"
systemctl reset-failed "$unit" 2>/dev/null
exec systemctl start --no-block "$unit"`;

/** Ends services of nodes, which run, and starts them again; gives a sentence for each. */
export async function restartAll(shell: Shell, stuck: readonly Stuck[]): Promise<Message[]> {
  const mended: Message[] = [];
  for (const { node, service, said } of stuck) {
    const argv = ['sh', '-c', RESTART, UNITS[service], `${MACHINE.configDir}/${service}.conf`];
    const killed = (await shell.call(node, argv)).includes('killed');
    mended.push(message(`mended.${service}-${killed ? 'killed' : 'restarted'}`, { node, said }));
  }
  return mended;
}
