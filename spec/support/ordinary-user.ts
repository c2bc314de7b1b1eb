/** redis-lab as an ordinary user: root becomes another one for it, who has no account and no rights. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Outcome, ROOT } from './cli.js';
import { skip } from './skip.js';

export const ORDINARY = 64_242;

/** What begins a command line of the ordinary user. */
export const AS_ORDINARY = [
  'setpriv',
  `--reuid=${ORDINARY}`,
  `--regid=${ORDINARY}`,
  '--clear-groups',
] as const;

/** Skips a test where this machine gives an ordinary user no namespaces, or no Node. */
export async function needsNamespaces(context: Mocha.Context): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) skip(context, 'root on Linux');
  const [program, ...words] = AS_ORDINARY;
  const namespaces = ['unshare', '--user', '--map-root-user', '--net', process.execPath, '-e', '0'];
  const { exitCode } = await execa(program, [...words, ...namespaces], { reject: false });
  if (exitCode !== 0) skip(context, 'a system that gives ordinary users namespaces');
}

/** As Debian has it for users: without the folders of root's programs. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

export class OrdinaryUser {
  readonly folder: string;
  readonly #bin: string;

  /** @param folder where the user may write; it gets a copy of what was built, since root's folders are closed to others */
  constructor(folder: string) {
    this.folder = folder;
    const copy = path.join(folder, 'redis-lab');
    for (const name of ['dist', 'package.json']) {
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    }
    this.#bin = path.join(copy, 'dist/bin/redis-lab.cjs');
    fs.chownSync(folder, ORDINARY, ORDINARY);
  }

  async redisLab(...args: string[]): Promise<Outcome> {
    const [program = '', ...words] = this.#argv(args);
    return this.#outcome(execa(program, words, this.#options()));
  }

  /** Where nobody may make namespaces, as some systems have it: in a user namespace of root that says so. */
  async redisLabWithoutNamespaces(...args: string[]): Promise<Outcome> {
    const holder = execa('unshare', ['--user', 'sleep', '300'], { reject: false });
    try {
      await mapped(Number(holder.pid));
      const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"';
      const inside = [`--user=/proc/${holder.pid}/ns/user`, 'sh', '-c', forbid, 'sh'];
      return await this.#outcome(
        execa('nsenter', [...inside, ...this.#argv(args)], this.#options()),
      );
    } finally {
      holder.kill();
      await holder;
    }
  }

  #argv(args: readonly string[]): string[] {
    return [...AS_ORDINARY, process.execPath, this.#bin, ...args];
  }

  #options() {
    const [state, cache] = ['state', 'cache'].map((name) => path.join(this.folder, name));
    return {
      cwd: this.folder,
      env: { HOME: this.folder, PATH, NO_COLOR: '1', XDG_STATE_HOME: state, XDG_CACHE_HOME: cache },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 180_000,
    } as const;
  }

  async #outcome(
    running: PromiseLike<{ exitCode?: number; stdout?: unknown; stderr?: unknown }>,
  ): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await running;
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  }
}

/** Gives all users their numbers in the user namespace of a process, once it is in one. At most ten seconds. */
async function mapped(pid: number): Promise<void> {
  const namespace = (of: string) => fs.readlinkSync(`/proc/${of}/ns/user`);
  for (let tries = 0; namespace(String(pid)) === namespace('self'); tries++) {
    if (tries === 1000) throw new Error('unshare has made no user namespace within 10 s');
    await sleep(10);
  }
  for (const map of ['uid_map', 'gid_map']) fs.writeFileSync(`/proc/${pid}/${map}`, '0 0 65536\n');
}
