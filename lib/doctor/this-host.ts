/** The machine that we run on. */
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Lack } from '../backends/backend.js';
import type { ClassGround } from '../backends/class-ground.js';
import { isEditable } from '../backends/edited.js';
import { thisHost as localHost } from '../backends/local/here.js';
import { byHand, managerOf } from '../backends/local/packages.js';
import { findServer } from '../backends/local/server.js';
import { type BackendName, backendNamed, descriptorOf } from '../backends/registry.js';
import { foreignBuild } from '../cache/cached-build.js';
import { architecturesOf, runsOn } from '../cache/names.js';
import { foreignNodeBuilds, nodeBuilds } from '../cache/node-builds.js';
import { Outgoing } from '../cache/outgoing.js';
import { keptSource } from '../cache/source.js';
import { missingTools } from '../cache/tools.js';
import { sleep } from '../clock.js';
import { findProgram, searchPath } from '../command/programs.js';
import { run, runAttached } from '../command/run.js';
import { EXIT, RedisLabError, visible } from '../errors.js';
import { distributionOf, IMAGES } from '../model/distributions.js';
import type { LabModel } from '../model/model.js';
import { message } from '../report/messages.js';
import { readIfAny, roomIn, whyNotUsable } from '../workspace/inspect.js';
import { notesOf } from '../workspace/lab-notes.js';
import { stateHome } from '../workspace/xdg.js';
import type { Answer, Host, Reached, RunOptions, Silent } from './host.js';

const MB = 1024 * 1024;
const RUN_MS = 8000;
const REACH_MS = 8000;
const BACKEND_MS = 15_000;

/** Where installers put programs that not every PATH has. */
const USUAL: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'],
  darwin: ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/usr/sbin', '/opt/vagrant/bin'],
  win32: [
    'C:\\Program Files\\Vagrant\\bin',
    'C:\\HashiCorp\\Vagrant\\bin',
    'C:\\Program Files\\Oracle\\VirtualBox',
    'C:\\Windows\\System32\\OpenSSH',
  ],
};

/** `signal` ends every program that is asked. */
export function thisHost(signal?: AbortSignal): Host {
  const { platform, env } = process;
  const folders = [...new Set([...searchPath(), ...(USUAL[platform] ?? [])])];
  const program = (name: string, more: readonly string[] = []) =>
    findProgram(platform === 'win32' ? `${name}.exe` : name, [...folders, ...more]);
  const isRoot = process.getuid?.() === 0;
  const sudo = platform === 'win32' ? undefined : program('sudo');
  const host: Host = {
    platform,
    arch: process.arch,
    release: os.release(),
    nodeVersion: process.version,
    env,
    home: os.homedir(),
    canBeRoot: isRoot || sudo !== undefined,
    memory: () => ({
      totalMb: Math.min(os.totalmem(), process.constrainedMemory() || Infinity) / MB,
      // What macOS calls free is a small part of what can be had.
      availableMb: platform === 'darwin' ? undefined : os.freemem() / MB,
    }),
    interfaces: () =>
      Object.entries(os.networkInterfaces()).flatMap(([name, addresses = []]) =>
        addresses.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? { name, cidr } : [])),
      ),
    read: readIfAny,
    whyNotUsable,
    freeMb: (folder) => {
      const bytes = roomIn(folder);
      return bytes === undefined ? undefined : bytes / MB;
    },
    program,
    run: async (file, args, options) => answer(file, args, { signal, ...options }),
    asRoot: async (file, args, options) => {
      if (isRoot) return answer(file, args, { signal, ...options });
      if (sudo === undefined) return { ended: false, silent: message('asked.no-sudo') };
      // Its question for a password needs the terminal; the program itself is given none.
      const may = process.stdin.isTTY
        ? await runAttached({ program: sudo, args: ['-v'] })
        : undefined;
      if (may !== undefined && may !== 0)
        return { ended: false, silent: message('asked.sudo-refused') };
      return answer(sudo, ['-n', file, ...args], { signal, ...options });
    },
    reach: async (url) => head(url, signal),
    freePorts,
    answers,
    has: async (backend, lab) => {
      const status = async () => (await (await backendNamed(backend, lab)).status()).state;
      return (await within(status, signal)) !== 'absent';
    },
    epochMs: () => Date.now(),
    lacks: async (backend, lab) => within((each) => lacksOf(backend, lab, each), signal),
    ground: async (backend, lab) => within((each) => groundOf(backend, lab, each), signal),
    server: async (lab) => within((each) => findServer(lab, each), signal),
    missingTools: ({ redis }) => missingTools(redis, folders),
    installTools: () => {
      const here = localHost();
      const manager = managerOf(here);
      return manager && byHand(manager, manager.tools, here);
    },
    kept: async ({ redis, vagrant, incus }) => {
      const builds = await nodeBuilds(redis, { signal }).catch(() => []);
      const architectures = architecturesOf();
      const nodes = [vagrant.box, incus.image ?? IMAGES.incus[0]].map((image) => ({
        architectures,
        distribution: distributionOf(image)?.id,
      }));
      const build = builds.find((each) => nodes.some((system) => runsOn(each, system)));
      if (build) {
        const { distribution, architecture } = build;
        return message('source.a-build', { distribution, architecture });
      }
      return (await keptSource(redis)) === undefined ? undefined : message('source.its-source');
    },
    edited: async (name, lab) =>
      within(async () => {
        if (!isHere(name, lab)) return undefined;
        const backend = await backendNamed(name, lab);
        return isEditable(backend) ? backend.edited() : undefined;
      }, signal),
    foreign: ({ redis }) => [foreignBuild(redis) ?? [], foreignNodeBuilds(redis)].flat(),
    stateFolder: stateHome,
  };
  return host;
}

/** Whether the disk of this machine tells of the lab: where nobody knows of it, no backend is asked. */
function isHere(name: BackendName, lab: LabModel): boolean {
  const isNoted = () => notesOf(lab.name).some(({ backend }) => backend === name);
  return descriptorOf(name)?.labs?.isOnDisk?.(lab.name) ?? isNoted();
}

async function lacksOf(
  backend: BackendName,
  lab: LabModel,
  signal: AbortSignal,
): Promise<readonly Lack[]> {
  return (await backendNamed(backend, lab)).preflight({ signal });
}

async function groundOf(
  backend: BackendName,
  lab: LabModel,
  signal: AbortSignal,
): Promise<ClassGround> {
  const { classes } = descriptorOf(backend) ?? {};
  if (!classes?.ground) throw new Error(`no class of ${backend} is on a server`);
  return classes.ground(lab, signal);
}

async function answer(
  program: string,
  args: readonly string[],
  { deadlineMs = RUN_MS, input, env = {}, onLine, signal }: RunOptions,
): Promise<Answer> {
  try {
    const call = {
      program,
      args,
      // A Vagrantfile, or a file of settings, that lies where we stand is not asked for.
      cwd: os.homedir(),
      env: { LC_ALL: 'C.UTF-8', LANGUAGE: 'C', ...env },
    };
    const { code, stdout, stderr } = await run(call, {
      deadlineMs,
      detached: true,
      signal,
      ...(input === undefined ? {} : { input }),
      ...(onLine === undefined ? {} : { onLine }),
    });
    return { ended: true, code, stdout, stderr };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    const late = error.exitCode === EXIT.deadline;
    const [first = ''] = error.message.split('\n');
    if (!late) return { ended: false, silent: visible(first) };
    const seconds = Math.round(deadlineMs / 1000);
    const silent = message('asked.late', { program: path.basename(program), seconds });
    return { ended: false, silent, late };
  }
}

async function head(url: string, signal: AbortSignal | undefined): Promise<Reached> {
  const limit = AbortSignal.timeout(REACH_MS);
  await using outgoing = new Outgoing();
  try {
    const response = await outgoing.fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const dateMs = Date.parse(response.headers.get('date') ?? '');
    return { reached: true, dateMs: Number.isNaN(dateMs) ? undefined : dateMs };
  } catch (error) {
    signal?.throwIfAborted();
    const { cause, message: said } = error as Error & {
      cause?: { code?: string; message?: string };
    };
    const failure = limit.aborted
      ? message('asked.no-answer', { seconds: REACH_MS / 1000 })
      : (cause?.code ?? cause?.message ?? said);
    const { proxy } = outgoing;
    return {
      reached: false,
      code: limit.aborted ? undefined : cause?.code,
      failure: proxy ? message('asked.through-proxy', { said: failure, ...proxy }) : failure,
    };
  }
}

async function freePorts(ports: readonly number[]): Promise<readonly number[]> {
  const free = await Promise.all(
    ports.map(async (port) => {
      const server = net.createServer();
      try {
        server.listen({ host: '127.0.0.1', port, exclusive: true });
        await once(server, 'listening');
        return [port];
      } catch {
        return [];
      } finally {
        server.close();
      }
    }),
  );
  return free.flat();
}

/** Longer than a machine beside us takes, milliseconds. */
const ANSWER_MS = 1000;

/** A refusal is an answer as well. */
async function answers(address: string, ports: readonly number[]): Promise<boolean> {
  const sockets = ports.map((port) => net.connect({ host: address, port }));
  const asked = sockets.map(
    async (socket) =>
      new Promise<boolean>((resolve) => {
        socket.setTimeout(ANSWER_MS, () => resolve(false));
        socket.once('connect', () => resolve(true));
        socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
      }),
  );
  try {
    return (await Promise.all(asked)).includes(true);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** What somebody finds out in time; a backend that hangs is ended, and said to. */
async function within<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | Silent> {
  const limit = new AbortController();
  const any = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  const late = async (): Promise<Silent> => {
    await sleep(BACKEND_MS, any);
    return { silent: message('asked.no-answer', { seconds: BACKEND_MS / 1000 }) };
  };
  try {
    return await Promise.race([work(any), late()]);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    return { silent: visible(error.message.split('\n')[0] ?? '') };
  } finally {
    // Ends the one that was slower.
    limit.abort();
  }
}
