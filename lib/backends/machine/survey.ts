/** Which services run on the nodes, asked there. */
import { isLate } from '../../errors.js';
import { type Filtering, filteringIn, MARKS, summed } from '../../faults/packet-filter.js';
import type { LabModel } from '../../model/model.js';
import { serverBinary } from '../../render/units.js';
import type { RunningServer, ServiceStatus } from '../backend.js';
import { type LabService, servicesOf } from '../services.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

export interface Surveyed extends LabService {
  readonly state: ServiceStatus['state'];
  readonly pid: number | undefined;
  /** Whether it does not run, and systemd is not about to start it. */
  readonly resting: boolean;
  /** systemd's result of a failed unit: `exit-code`, `timeout`; undefined if it has not failed. */
  readonly failed: string | undefined;
  /** How often systemd has restarted it since it was last started. */
  readonly restarts: number;
}

export interface Survey {
  readonly services: readonly Surveyed[];
  /** Faults that drop packets or hold them back, each once. */
  readonly filtering: readonly Filtering[];
  /** As one of the nodes reports; undefined if none does. */
  readonly server: RunningServer | undefined;
}

/** The survey of a lab that does not exist. */
export const NOTHING: Survey = { services: [], filtering: [], server: undefined };

/** Services that run, also hung ones: `master redis`. */
export function namesOf({ services }: Survey): string[] {
  return services.flatMap(({ name, state }) => (state === 'stopped' ? [] : [name]));
}

/** Whether a service of a node does not run. */
export function lacksService({ services }: Survey, node: string): boolean {
  return services.some((each) => each.node.name === node && each.state === 'stopped');
}

/** Whether a service of a node runs, also a hung one. */
export function hasService({ services }: Survey, node: string): boolean {
  return services.some((each) => each.node.name === node && each.state !== 'stopped');
}

/** Prints the state of both units and their processes. The argument is the path of the server. */
const ASK = `
systemctl show --property=Id,ActiveState,MainPID,Result,NRestarts redis-server redis-sentinel
for pid in $(systemctl show --property=MainPID --value redis-server redis-sentinel); do
  [ "$pid" = 0 ] || cat "/proc/$pid/stat"
done 2>/dev/null
${MARKS} 2>/dev/null || true
"$1" --version`;

/**
 * The power state of a machine. A `frozen` one is paused and can be resumed; a `stuck` one runs nothing until its power is cut.
 */
export type Power = 'running' | 'frozen' | 'stuck' | 'stopped';

/** Asks all nodes that run; services of the others are stopped. */
export async function survey(
  shell: Shell,
  lab: LabModel,
  powerOf: (node: string) => Power,
): Promise<Survey> {
  const program = serverBinary(lab.redis);
  const answers = new Map(
    await Promise.all(
      lab.nodes.map(async ({ name }) => {
        const runs = powerOf(name) === 'running';
        return [name, runs ? await ask(shell, name, program) : undefined] as const;
      }),
    ),
  );
  const version = [...answers.values()].flatMap((answer) => answer?.version ?? [])[0];
  return {
    services: servicesOf(lab).map((each) => ({
      ...each,
      ...(answers.get(each.node.name)?.units.get(UNITS[each.service]) ?? STOPPED),
      ...(powerOf(each.node.name) === 'frozen' ? { state: 'hung' as const } : {}),
    })),
    filtering: summed([...answers.values()].flatMap((answer) => answer?.filtering ?? [])),
    server: version === undefined ? undefined : { engine: lab.redis.engine, version, program },
  };
}

type Found = Pick<Surveyed, 'state' | 'pid' | 'resting' | 'failed' | 'restarts'>;

const STOPPED: Found = {
  state: 'stopped',
  pid: undefined,
  resting: false,
  failed: undefined,
  restarts: 0,
};

interface Answer {
  readonly units: ReadonlyMap<string, Found>;
  readonly version: string | undefined;
  readonly filtering: readonly Filtering[];
}

/** Some shells lose an answer now and then (LXD 5.0). */
const TRIES = 3;

/** Milliseconds. Longer than ssh waits for a machine (30 s), because its own error says more. */
const ASK_MS = 45_000;

async function ask(shell: Shell, node: string, program: string): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const ran = await shell
      .attempt(node, ['sh', '-c', ASK, 'sh', program], { deadlineMs: ASK_MS })
      .catch(silentIfLate);
    // 127: the server is not installed yet.
    const lost = ran.stdout === '' && (ran.code === 0 || ran.code === 127);
    if (!lost || tries === TRIES) return answerIn(ran.stdout, node);
  }
}

/** A machine that takes too long counts as one on which nothing runs, so that it can still be taken down. */
function silentIfLate(error: unknown): { code: number; stdout: string } {
  if (isLate(error)) return { code: -1, stdout: '' };
  throw error;
}

/** @internal */
export function answerIn(text: string, node: string): Answer {
  const halted = new Set([...text.matchAll(/^(\d+) \(.*\) [Tt] /gm)].map(([, pid]) => Number(pid)));
  const units = new Map<string, Found>();
  for (const block of text.split(/^$/m)) {
    const [, id] = /^Id=(\S+)\.service$/m.exec(block) ?? [];
    const [, active] = /^ActiveState=(\S+)$/m.exec(block) ?? [];
    const pid = Number(/^MainPID=(\d+)$/m.exec(block)?.[1]);
    if (id === undefined) continue;
    const lives = active === 'active' && pid > 0;
    const resting = active === 'inactive' || active === 'failed';
    const state = halted.has(pid) ? 'hung' : 'running';
    const restarts = Number(/^NRestarts=(\d+)$/m.exec(block)?.[1] ?? 0);
    const failed = active === 'failed' ? (/^Result=(\S+)$/m.exec(block)?.[1] ?? '') : undefined;
    const known = { ...STOPPED, resting, failed, restarts };
    units.set(id, lives ? { ...known, state, pid } : known);
  }
  return {
    units,
    version: /\bv=(\d+\.\d+\.\d+)\b/.exec(text)?.[1],
    filtering: filteringIn(text, node),
  };
}
