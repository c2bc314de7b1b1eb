/**
 * A network of a lab's own: a network namespace of Linux that has nothing but loopback. Its packet filter is its own as well, so that the
 * machine's is never touched. It ends with its last process. An ordinary user makes one inside a user namespace, and is root there.
 */
import type { Invocation } from '../command/call.js';
import { linkTarget } from '../workspace/inspect.js';

/** Names the namespace that redis-lab has made for a process. Where it is another one, the process has left it. */
const VARIABLE = 'REDIS_LAB_NETWORK';

/** The network of this process, if redis-lab has made it for a lab; undefined elsewhere. */
export function ownNetwork(): string | undefined {
  const named = process.env[VARIABLE];
  return named !== undefined && named === networkOf('self') ? named : undefined;
}

/** The network of a process of this user; undefined where that cannot be told. */
export function networkOf(pid: number | 'self'): string | undefined {
  return linkTarget(`/proc/${pid}/ns/net`);
}

/** Ordinary users often do not look where the programs of the packet filter are. */
const FOLDERS = '/usr/sbin:/sbin';

const SETUP = `PATH=$PATH:${FOLDERS}; export PATH
ip link set lo up && ${VARIABLE}=$(readlink /proc/self/ns/net) exec "$@"`;

/** A call, in a new network. */
export function inNewNetwork({ program, args, ...call }: Invocation): Invocation {
  const words = [...NEW, '--', 'sh', '-c', SETUP, 'sh', program, ...args];
  return { ...call, program: 'unshare', args: words };
}

const isRoot = process.getuid?.() === 0;
const NEW = [...(isRoot ? [] : ['--user', '--map-root-user']), '--net'];

/** A call, in the network of a process. */
export function inNetworkOf(
  pid: number,
  network: string,
  { program, args, env, ...call }: Invocation,
): Invocation {
  // The user namespace first, which gives the right to the network.
  const users = isRoot ? [] : [`--user=/proc/${pid}/ns/user`, '--preserve-credentials'];
  const words = [...users, `--net=/proc/${pid}/ns/net`, '--', program, ...args];
  const { PATH = '' } = process.env;
  const more = { PATH: `${PATH}:${FOLDERS}`, [VARIABLE]: network };
  return { ...call, program: 'nsenter', args: words, env: { ...env, ...more } };
}
