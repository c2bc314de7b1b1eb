/** Undoing faults on machines, and starting services that do not run. */
import type { Sentence } from '../../coded.js';
import { undoAll } from '../../faults/registry.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import { type Message, message, messageOf } from '../../report/messages.js';
import { all } from '../all.js';
import type { ServiceOf, Stuck } from '../backend.js';
import { isMeant } from '../services.js';
import { faultHost } from './fault-host.js';
import { Sessions } from './session.js';
import type { Shell } from './shell.js';
import type { Surveyed } from './survey.js';
import { UNITS } from './units.js';

export interface MendOptions {
  /** Services to restart. Default: none. */
  readonly restart?: readonly Stuck[] | undefined;
  /** Only these, and only faults of the kind {@link fault} are undone. Default: all. */
  readonly only?: readonly ServiceOf[] | undefined;
  readonly fault?: string | undefined;
  readonly onStep: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
}

/** Mends the services of these nodes, which all run; gives a sentence for each thing mended. */
export async function mend(
  shell: Shell,
  lab: LabModel,
  nodes: readonly NodeModel[],
  services: readonly Surveyed[],
  { restart = [], only, fault, onStep, signal }: MendOptions,
): Promise<Message[]> {
  signal?.throwIfAborted();
  await using sessions = new Sessions(shell);
  const host = faultHost(shell, lab, async () => undefined, sessions.asRoot);
  const mended = await all(nodes, signal, async (node) => {
    const { name } = node;
    const own = services.filter((each) => each.node.name === name && isMeant(each, only));
    return [
      ...(only && fault === undefined ? [] : await undoAll(host, node, fault)).map(messageOf),
      ...(await goOnAll(shell, own, onStep)),
      ...(await startServices(shell, own)),
      ...(await restartAll(
        shell,
        restart.filter((each) => each.node === name),
      )),
    ];
  });
  // A fault may have left something on several nodes.
  return [...new Map(mended.flat().map((each) => [each.text, each])).values()];
}

/** Undoes the faults that stay on a disk, of machines that were started again; gives a sentence for each. */
export async function undoFaults(
  shell: Shell,
  lab: LabModel,
  nodes: readonly NodeModel[],
  signal: AbortSignal | undefined,
): Promise<Message[]> {
  await using sessions = new Sessions(shell);
  const host = faultHost(shell, lab, async () => undefined, sessions.asRoot);
  const undone = await all(nodes, signal, (node) => undoAll(host, node));
  return undone.flat().map(messageOf);
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

/** Continues stopped services, so that they can end in good order. */
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

/** reset-failed fails if the unit is not loaded, as after it has ended in good order. */
const START = 'systemctl reset-failed "$0" 2>/dev/null; exec systemctl start --no-block "$0"';

/** Starts a service without waiting for it. */
export async function startService(shell: Shell, { node, service }: Surveyed): Promise<void> {
  await shell.call(node.name, ['sh', '-c', START, UNITS[service]]);
}

/** Seconds in which a service must end after it was asked to, and after it was killed. */
const ENDS_S = 10;
const KILLED_S = 5;

/**
 * Ends a unit and starts it again. Removes passwords, users and limits that were set at run time and that the server may have
 * written into its configuration: a lab of machines has none. Prints `killed` if the unit did not end when asked to.
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

/** Restarts services; gives a sentence for each. */
export async function restartAll(shell: Shell, stuck: readonly Stuck[]): Promise<Message[]> {
  const mended: Message[] = [];
  for (const { node, service, said } of stuck) {
    const argv = ['sh', '-c', RESTART, UNITS[service], `${MACHINE.configDir}/${service}.conf`];
    const killed = (await shell.call(node, argv)).includes('killed');
    mended.push(message(`mended.${service}-${killed ? 'killed' : 'restarted'}`, { node, said }));
  }
  return mended;
}
