/** The first boot of an instance: its log, and what to do when following the boot breaks off. */
import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { IMAGES } from '../../model/distributions.js';
import type { LabModel, MachineModel } from '../../model/model.js';
import type { Booting, OnBreak } from '../machine/boot.js';
import type { Outside } from '../machine/boot-look.js';
import { LAST_WORDS } from '../machine/first-boot.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { instanceName } from './names.js';
import { type Instance, instanceNow } from './resources.js';
import { shellOf } from './shell.js';

/** The agent of a virtual machine answers within this, once its system is up, milliseconds. */
const AGENT_MS = 300_000;

/** How often a node may boot. */
const BOOTS = 4;

/** An instance that is ending is stopped within this, milliseconds. */
const ENDING_MS = 10_000;

export function bootingOn(client: Client, lab: LabModel): Booting {
  return {
    shell: shellOf(client, lab.name),
    lookEvery: 0.1,
    withoutCloudInit: ({ name }, seen) =>
      `The image of ${name} ${seen}, which is what makes a node of it. Choose a cloud variant in incus.image, such as ${IMAGES.incus[0]}.`,
    breaks: (node) => breaks(client, lab, node),
    lastOf: async (node) => lastOf(client, lab, node),
    outside: async (node, signal) => outside(client, lab, node, signal),
  };
}

function breaks(client: Client, { name: lab, incus }: LabModel, { name }: MachineModel): OnBreak {
  const agentBy = now() + AGENT_MS;
  let boots = 1;
  return async ({ stderr }, { failure, signal }) => {
    if (incus.vm && /agent/i.test(stderr) && now() < agentBy) return sleep(1000, signal);
    const state = await settledState(client, lab, name, signal);
    if (state === undefined) {
      throw new RedisLabError(
        `${name} was removed while it booted, and not by this redis-lab. Run the same command again.`,
        { exitCode: EXIT.program },
      );
    }
    if (state !== 'running') {
      const what = state === 'stopped' ? 'was stopped' : `is ${state}`;
      throw await failure(
        `${what} while it booted: by somebody, or by its own system. Run the same command again`,
      );
    }
    boots += 1;
    if (boots > BOOTS) throw await failure(`restarted ${BOOTS} times while it booted`);
    return sleep(500, signal);
  };
}

/** The state of an instance after it has settled. @throws RedisLabError when the server does not answer */
async function settledState(
  client: Client,
  lab: string,
  node: string,
  signal: AbortSignal | undefined,
): Promise<Instance['status'] | undefined> {
  const end = now() + ENDING_MS;
  for (;;) {
    signal?.throwIfAborted();
    const state = await instanceNow(client, lab, node);
    // A container that is ending is frozen for a moment.
    if ((state !== 'frozen' && state !== 'stuck') || now() >= end) return state;
    await sleep(200, signal);
  }
}

interface ApiState {
  readonly status: string;
  readonly processes: number;
  /** Nanoseconds. */
  readonly cpu?: { readonly usage?: number };
}

/** Milliseconds for each thing that is asked. */
const OUTSIDE_MS = 2000;

/** Enough for what a system says before it ends. */
const CONSOLE_LINES = 20;

async function outside(
  client: Client,
  lab: LabModel,
  node: MachineModel,
  signal: AbortSignal,
): Promise<Outside | undefined> {
  const path = `/1.0/instances/${instanceName(lab.name, node.name)}/state`;
  const options = { deadlineMs: OUTSIDE_MS, signal };
  const address = addressOf(client.remote, lab.name, node.name);
  const [state, said] = await Promise.all([
    client.query<ApiState>(path, options),
    // Virtual machines have no log of theirs while they run.
    client.attempt(['console', address, '--show-log'], options).catch(() => undefined),
  ]);
  if (!state) return undefined;
  const { usage } = state.cpu ?? {};
  return {
    state: state.status.toLowerCase(),
    processes: Math.max(0, state.processes),
    cpuMs: usage === undefined || usage < 0 ? undefined : usage / 1e6,
    shown: plain(said?.stdout ?? ''),
  };
}

/** The last lines of a console, without what moves its cursor. */
function plain(text: string): string {
  return text
    .replaceAll(ESCAPES, '')
    .replaceAll('\r', '')
    .split('\n')
    .slice(-CONSOLE_LINES)
    .join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

async function lastOf(client: Client, lab: LabModel, node: MachineModel): Promise<string> {
  const instance = addressOf(client.remote, lab.name, node.name);
  const ways = [
    ['exec', instance, '-T', '--', 'sh', '-c', LAST_WORDS],
    // One that has ended left its log on its disk, or its console on the server.
    ['file', 'pull', '--quiet', `${instance}/var/log/cloud-init-output.log`, '-'],
    ['console', instance, '--show-log'],
    ['info', instance, '--show-log'],
  ];
  for (const words of ways) {
    const ran = await client.attempt(words, { deadlineMs: 10_000 }).catch(() => undefined);
    if (ran?.code === 0 && ran.stdout.trim() !== '') return ran.stdout;
  }
  return '';
}
