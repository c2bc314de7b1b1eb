/** The client of the ground's server. */
import { execa } from 'execa';
import type { Outcome } from '../../support/cli.js';

/** The client, for what a test does beside redis-lab. */
export async function lxc(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tryLxc(...args);
  if (exitCode !== 0) throw new Error(`lxc ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

export async function tryLxc(...args: string[]): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await execa('lxc', args, {
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
  });
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

/** Reboots instances in good order. A system may not hear the first request (lxc/incus#4041). */
export async function restart(...instances: string[]): Promise<void> {
  await Promise.all(
    instances.map(async (instance) => {
      const asked = await tryLxc('restart', '--timeout', '45', instance);
      if (asked.exitCode !== 0) await lxc('restart', '--timeout', '45', instance);
    }),
  );
}

/**
 * Begins a moment later: where a program ends before the server has begun to listen to it, LXD 5.0 gives its exit code
 * and nothing of what it said, which one call in a hundred is on a busy machine.
 */
const LATER = 'sleep 0.1; exec "$@"';

/** A program on an instance. */
export async function on(instance: string, ...argv: string[]): Promise<Outcome> {
  return tryLxc('exec', instance, '-T', '--', 'sh', '-c', LATER, 'sh', ...argv);
}

/** Names of everything on the server that carries a lab's label. */
export async function leftOf(lab: string): Promise<string[]> {
  const label = `,${lab}$`;
  const instances = await lxc('list', '-f', 'csv', '-c', 'n,user.redis-lab.lab');
  const networks = JSON.parse(await lxc('query', '/1.0/networks?recursion=1')) as {
    name: string;
    config: Record<string, string>;
  }[];
  return [
    ...instances.split('\n').filter((line) => new RegExp(label).test(line)),
    ...networks
      .filter(({ config }) => config['user.redis-lab.lab'] === lab)
      .map(({ name }) => name),
  ];
}
