/** What faults can do to machines with systemd. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { MACHINE_OFFERS } from './host.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

/** @param cutPower differs between backends */
export function faultHost(
  shell: Shell,
  lab: LabModel,
  cutPower: (node: NodeModel) => Promise<void>,
): FaultHost {
  return {
    lab,
    offers: MACHINE_OFFERS,
    async signal({ name }, ...signals) {
      for (const signal of signals) {
        const kill = ['systemctl', 'kill', `--signal=${signal}`, UNITS.redis];
        const { code, stderr } = await shell.attempt(name, kill);
        // If the server has ended meanwhile there is nothing to send to; if it runs, this is an error.
        if (code === 0 || !(await shell.call(name, ['sh', '-c', RUNS])).includes('active'))
          continue;
        throw new RedisLabError(
          `${name}'s Redis server could not be sent SIG${signal}: ${stderr.trim()}`,
          { exitCode: EXIT.program },
        );
      }
    },
    async becomes({ name }, state, withinMs) {
      const args = [state, String(Math.ceil(withinMs / 1000)), UNITS.redis];
      const options = { deadlineMs: withinMs + ENTER_MS };
      return (await shell.attempt(name, ['sh', '-c', WAIT, 'sh', ...args], options)).code === 0;
    },
    async asRoot({ name }, script, ...args) {
      // Without the last line that RUN prints, the script did not run to its end.
      const ran = await shell.call(name, ['sh', '-c', RUN, 'sh', script, ...args]);
      const [, said = '', code] = /^([\s\S]*)\nended with (\d+)\s*$/.exec(ran) ?? [];
      if (code !== undefined) return { code: Number(code), said: said.trim() };
      throw new RedisLabError(`${name} did not say what became of a script there: ${ran.trim()}`, {
        exitCode: EXIT.program,
      });
    },
    cutPower,
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

const RUNS = `sleep 0.1; systemctl is-active --quiet ${UNITS.redis} && echo active || echo gone`;

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
