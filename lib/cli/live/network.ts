/** Commands on a lab in a network of its own go on there, as another process. */
import { backendNamed } from '../../backends/registry.js';
import type { Invocation } from '../../command/call.js';
import { runAttached } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { holderOf } from '../../lab/which-backend.js';
import { whyNoNetwork } from '../../process/no-network.js';
import { inNetworkOf, inNewNetwork, networkOf, ownNetwork } from '../../process/own-network.js';
import { labOf } from '../load.js';
import { UsageError } from '../usage.js';

/**
 * The exit code, if the command has gone on in the lab's network.
 * @param isProof stories that need a network are skipped where there can be none, and the others go on
 * @throws UsageError for `--own-network` with another backend, RedisLabError (3) where this user or system cannot make one
 */
export async function elsewhere(
  argv: Record<string, unknown>,
  isProof: boolean,
): Promise<number | undefined> {
  if (ownNetwork()) return undefined;
  const backend = String(argv['backend'] ?? 'local');
  const isAsked = Boolean(argv['own-network']);
  if (!['local', 'auto'].includes(backend)) return isAsked ? refuse(backend) : undefined;
  const found = isAsked ? await held(argv) : await held(argv).catch(() => undefined);
  if (found) return goOn(inNetworkOf(found.pid, found.network, again()));
  if (!isAsked) return undefined;
  const why = await whyNoNetwork();
  if (!why) return goOn(inNewNetwork(again()));
  if (isProof) return undefined;
  throw new RedisLabError(
    `The lab can have no network of its own: ${why.text}. The backends incus and vagrant have packet filters, too.`,
    { exitCode: EXIT.notReady },
  );
}

/** A process of the lab in a network that is not this one; undefined where there is none. */
async function held(
  argv: Record<string, unknown>,
): Promise<{ readonly pid: number; readonly network: string } | undefined> {
  const lab = (await labOf(argv)).model;
  if (holderOf(lab.name) !== 'local') return undefined;
  const { services } = await (await backendNamed('local', lab)).status();
  for (const { pid } of services) {
    const network = pid === undefined ? undefined : networkOf(pid);
    if (pid !== undefined && network !== undefined && network !== networkOf('self')) {
      return { pid, network };
    }
  }
  return undefined;
}

/** This very command. */
function again(): Invocation {
  const [program = process.execPath, ...args] = process.argv;
  return { program, args: [...process.execArgv, ...args] };
}

/** A Ctrl-C that reaches both counts once there. What it means is decided there as well. */
async function goOn(call: Invocation): Promise<number> {
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  return runAttached(call, ['SIGINT', 'SIGTERM']);
}

function refuse(backend: string): never {
  throw new UsageError(
    `--own-network is for the backend local, and this is ${backend}, whose nodes have networks of their own.`,
  );
}
