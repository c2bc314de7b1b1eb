/** What faults can do to machines with systemd. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import { spoken } from '../services.js';
import { clockOf } from './clock.js';
import { MACHINE_OFFERS } from './host.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

/**
 * @param cutPower differs between backends
 * @param asRoot what runs scripts; default: the shell, anew for each
 */
export function faultHost(
  shell: Shell,
  lab: LabModel,
  cutPower: (node: NodeModel) => Promise<void>,
  asRoot: FaultHost['asRoot'] = byShell(shell),
): FaultHost {
  return {
    lab,
    offers: MACHINE_OFFERS,
    async signal(node, service, ...signals) {
      const { name } = node;
      const pauses = signals.filter((each) => typeof each === 'number');
      const words = signals.map((each) => String(typeof each === 'number' ? each / 1000 : each));
      const { code, stderr } = await shell.attempt(
        name,
        ['sh', '-c', SIGNAL, 'sh', UNITS[service], ...words],
        { deadlineMs: ENTER_MS + pauses.reduce((sum, ms) => sum + ms, 0) },
      );
      if (code === 0) return;
      const sent = signals.filter((each) => typeof each !== 'number').map((each) => `SIG${each}`);
      throw new RedisLabError(
        `${spoken({ node, service })} could not be sent ${sent.join(', ')}: ${stderr.trim()}`,
        { exitCode: EXIT.program },
      );
    },
    async becomes({ name }, service, state, withinMs) {
      const args = [state, String(Math.ceil(withinMs / 1000)), UNITS[service]];
      const options = { deadlineMs: withinMs + ENTER_MS };
      return (await shell.attempt(name, ['sh', '-c', WAIT, 'sh', ...args], options)).code === 0;
    },
    asRoot,
    asOwner: asRoot,
    places: () => ({ data: MACHINE.dataDir, config: MACHINE.configDir, run: '/run' }),
    async restart(node, service) {
      const { code, said } = await asRoot(node, RESTART, UNITS[service]);
      if (code === 0) return;
      throw new RedisLabError(`${spoken({ node, service })} did not end: ${said}`, {
        exitCode: EXIT.program,
      });
    },
    fromSentinel: () => `-m cgroup --path system.slice/${UNITS.sentinel}.service`,
    clock: clockOf(asRoot),
    cutPower,
  };
}

function byShell(shell: Shell): FaultHost['asRoot'] {
  return async ({ name }, script, ...args) => {
    // Without the last line that RUN prints, the script did not run to its end.
    const ran = await shell.call(name, ['sh', '-c', RUN, 'sh', script, ...args]);
    const [, said = '', code] = /^([\s\S]*)\nended with (\d+)\s*$/.exec(ran) ?? [];
    if (code !== undefined) return { code: Number(code), said: said.trim() };
    throw new RedisLabError(`${name} did not say what became of a script there: ${ran.trim()}`, {
      exitCode: EXIT.program,
    });
  };
}

/** How long running a command on a node may take to begin, milliseconds. */
const ENTER_MS = 60_000;

/**
 * Runs its first argument as a script, with the other arguments. Prints all output, then the exit code on the last line. It waits
 * a moment first, because LXD 5.0 loses the output of commands that end at once.
 */
const RUN = `sleep 0.1
script=$1; shift
sh -ec "$script" sh "$@" 2>&1
printf '\\nended with %s\\n' "$?"`;

/**
 * Sends a unit signals; a number is a pause, seconds. Where the server has ended meanwhile there is nothing to send to. All of it
 * is done on the node: a pause is as long as it says, however long it takes to enter.
 */
const SIGNAL = `
unit=$1; shift
for each; do
  case $each in
    [0-9]*) sleep "$each" ;;
    *) if ! systemctl kill --signal="$each" "$unit" && systemctl is-active --quiet "$unit"; then exit 1; fi ;;
  esac
done`;

/** Kills a unit, and starts it again as soon as it has ended: ten seconds are more than that takes. */
const RESTART = `
unit=$1 tries=500
systemctl kill --signal=KILL "$unit"
while systemctl is-active --quiet "$unit"; do
  tries=$((tries - 1))
  if [ "$tries" = 0 ]; then exit 1; fi
  sleep 0.02
done
systemctl reset-failed "$unit" 2>/dev/null || true
systemctl start --no-block "$unit"`;

/** Waits until the unit is inactive, or halted: the server writes a crash report before it ends, which takes time. */
const WAIT = `
state=$1; end=$(($(date +%s) + $2)); unit=$3
while [ "$(date +%s)" -le "$end" ]; do
  if ! systemctl is-active --quiet "$unit"; then exit 0; fi
  if [ "$state" = halted ]; then
    pid=$(systemctl show --property=MainPID --value "$unit")
    if grep -q '^State:.T' "/proc/$pid/status"; then exit 0; fi
  fi
  sleep 0.05
done
exit 1`;
