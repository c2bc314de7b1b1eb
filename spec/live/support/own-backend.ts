/** A backend of a program of its own, by what the package gives to everybody: bare servers on addresses of loopback. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Backend,
  BackendDescriptor,
  BackendFaults,
  BackendStatus,
  BackendUpOptions,
  FaultHost,
  FaultOptions,
  LabModel,
  Message,
  NodeModel,
  RunningServer,
  Service,
  ServiceStatus,
  UpResult,
} from '../../../lib/index.js';
import { messageOf } from '../../../lib/index.js';

/** What it starts; the last two as of the program that is found. */
export interface Program extends RunningServer {
  readonly argv0: string;
  readonly cli: string;
}

/** @param root where its labs are, a folder each */
export function ownBackend(root: string, program: Program): BackendDescriptor {
  return {
    name: 'bare',
    describe: 'bare servers of a test',
    offers: ['signals'],
    create: (lab, faults) => new Bare(lab, faults, path.join(root, lab.name), program),
  };
}

interface State {
  readonly described: string;
  readonly lab: LabModel;
  /** By service, `master redis`. */
  readonly pids: Readonly<Record<string, number>>;
}

const ORDER = ['redis', 'sentinel'] as const;

class Bare implements Backend {
  readonly name = 'bare';
  readonly #described: LabModel;
  readonly #faults: BackendFaults;
  readonly #root: string;
  readonly #program: Program;

  constructor(described: LabModel, faults: BackendFaults, root: string, program: Program) {
    this.#described = described;
    this.#faults = faults;
    this.#root = root;
    this.#program = program;
  }

  get faults() {
    return this.#faults.kinds();
  }

  async preflight() {
    return [];
  }

  async up({ signal, onProgress }: BackendUpOptions): Promise<UpResult> {
    const { lab, pids } = this.#state() ?? { lab: this.#placed(), pids: {} };
    const { engine, version, program } = this.#program;
    const now = { ...pids };
    const started: string[] = [];
    for (const service of ORDER) {
      for (const node of nodesOf(lab, service)) {
        const name = `${node.name} ${service}`;
        if (stateOf(now[name]) !== 'stopped') continue;
        signal?.throwIfAborted();
        now[name] = this.#start(lab, node, service);
        this.#write({ described: JSON.stringify(this.#described), lab, pids: now });
        started.push(name);
        onProgress?.({ phase: 'start', text: name });
      }
    }
    const startedAt = started.length === 0 ? undefined : performance.now();
    return { lab, server: { engine, version, program }, started, startedAt, notes: [] };
  }

  async status(): Promise<BackendStatus> {
    const state = this.#state();
    const { engine, version, program } = this.#program;
    const services = state ? servicesOf(state) : [];
    const live = services.filter((each) => each.state !== 'stopped').length;
    const all = live === services.length ? 'running' : 'partial';
    return {
      state: !state ? 'absent' : live === 0 ? 'stopped' : all,
      lab: state?.lab,
      server: state && { engine, version, program },
      sameDescription: !state || state.described === JSON.stringify(this.#described),
      services,
    };
  }

  async invocation(node: string, [program = 'sh', ...args]: readonly string[] = []) {
    const { ip, redisPort } = this.#node(node);
    if (program !== 'redis-cli') return { program, args };
    return { program: this.#program.cli, args: ['-h', ip, '-p', String(redisPort), ...args] };
  }

  async inject(kind: string, node: string, options: FaultOptions = {}): Promise<void> {
    await this.#faults.named(kind).inject(this.#host(), this.#node(node), options);
  }

  async heal(): Promise<Message[]> {
    const host = this.#host();
    const undone: Message[] = [];
    for (const node of host.lab.nodes)
      undone.push(...(await this.#faults.undoAll(host, node)).map(messageOf));
    const hung = this.#services().filter(({ state }) => state === 'hung');
    for (const { pid } of hung) process.kill(pid ?? 0, 'SIGCONT');
    const { started } = await this.up({});
    return [
      ...undone,
      ...hung.map(({ node }) => messageOf(`${node} goes on.`)),
      ...started.map((name) => messageOf(`${name} was started.`)),
    ];
  }

  async *logs(node: string, service: Service) {
    yield* fs.readFileSync(path.join(this.#folder(node, service), 'log'), 'utf8').split('\n');
  }

  async stop(): Promise<string[]> {
    const live = this.#services().filter(({ state }) => state !== 'stopped');
    for (const { pid = 0 } of live)
      for (const each of ['SIGCONT', 'SIGTERM']) process.kill(pid, each);
    for (const { pid } of live) await until(() => stateOf(pid) === 'stopped');
    return live.map(({ node, service }) => `${node} ${service}`);
  }

  async down(): Promise<string[]> {
    const ended = await this.stop();
    fs.rmSync(this.#root, { recursive: true, force: true });
    return ended;
  }

  #host(): FaultHost {
    const lab = this.#state()?.lab ?? this.#described;
    const pidOf = ({ name }: NodeModel, of: Service) =>
      this.#services().find(({ node, service }) => node === name && service === of)?.pid ?? 0;
    const notOffered = async () => {
      throw new Error('not offered');
    };
    return {
      lab,
      offers: ['signals'],
      signal: async (node, service, ...names) => {
        for (const name of names) process.kill(pidOf(node, service), `SIG${name}`);
      },
      becomes: async (node, service, state, withinMs) => {
        const wanted = state === 'gone' ? 'stopped' : 'hung';
        const pid = pidOf(node, service);
        return until(() => stateOf(pid) === wanted, withinMs);
      },
      places: () => ({ data: '', config: '', run: '' }),
      asOwner: notOffered,
      restart: notOffered,
      asRoot: notOffered,
      clock: { lack: notOffered, move: notOffered, restore: notOffered },
      cutPower: notOffered,
    };
  }

  #placed(): LabModel {
    const { version } = this.#program;
    const nodes = this.#described.nodes.map((node, at) => ({
      ...node,
      ip: `127.66.${process.pid % 250}.${at + 1}`,
    }));
    return { ...this.#described, nodes, redis: { ...this.#described.redis, version } };
  }

  #node(name: string): NodeModel {
    const node = this.#state()?.lab.nodes.find((each) => each.name === name);
    if (!node) throw new Error(`there is no node ${name}`);
    return node;
  }

  #services(): ServiceStatus[] {
    const state = this.#state();
    return state ? servicesOf(state) : [];
  }

  #start(lab: LabModel, node: NodeModel, service: Service): number {
    const folder = this.#folder(node.name, service);
    const file = path.join(folder, 'conf');
    if (!fs.existsSync(file)) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(file, `${configuration(lab, node, service, folder).join('\n')}\n`);
    }
    const { program, argv0 } = this.#program;
    const args = [file, ...(service === 'sentinel' ? ['--sentinel'] : [])];
    const child = spawn(program, args, { argv0, detached: true, stdio: 'ignore', cwd: folder });
    child.unref();
    return child.pid ?? 0;
  }

  #folder(node: string, service: Service): string {
    return path.join(this.#root, node, service);
  }

  #state(): State | undefined {
    const file = path.join(this.#root, 'state.json');
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  }

  #write(state: State): void {
    fs.mkdirSync(this.#root, { recursive: true });
    fs.writeFileSync(path.join(this.#root, 'state.json'), JSON.stringify(state));
  }
}

function nodesOf({ nodes }: LabModel, service: Service): NodeModel[] {
  return nodes.filter((node) => (service === 'redis' ? node.runsRedis : node.runsSentinel));
}

function servicesOf({ lab, pids }: State): ServiceStatus[] {
  return ORDER.flatMap((service) =>
    nodesOf(lab, service).map(({ name: node }) => {
      const pid = pids[`${node} ${service}`];
      const state = stateOf(pid);
      return { node, service, state, pid: state === 'stopped' ? undefined : pid };
    }),
  );
}

function stateOf(pid: number | undefined): ServiceStatus['state'] {
  if (!pid) return 'stopped';
  try {
    const [, letter = 'X'] =
      /^\d+ \(.*\) (\w)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    if ('XZ'.includes(letter)) return 'stopped';
    return letter === 'T' ? 'hung' : 'running';
  } catch {
    return 'stopped';
  }
}

function configuration(lab: LabModel, node: NodeModel, service: Service, folder: string): string[] {
  const { masterName: name, quorum, downAfterMs, failoverTimeoutMs } = lab.sentinel;
  const master = lab.nodes.find(({ role }) => role === 'master') ?? node;
  const common = [`dir ${folder}`, `logfile ${folder}/log`, `bind ${node.ip}`, 'protected-mode no'];
  if (service === 'sentinel') {
    return [
      ...common,
      `port ${node.sentinelPort}`,
      `sentinel announce-ip ${node.ip}`,
      `sentinel monitor ${name} ${master.ip} ${master.redisPort} ${quorum}`,
      `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
      `sentinel failover-timeout ${name} ${failoverTimeoutMs}`,
    ];
  }
  const replica = node === master ? [] : [`replicaof ${master.ip} ${master.redisPort}`];
  const announced = `replica-announce-ip ${node.ip}`;
  return [...common, `port ${node.redisPort}`, announced, 'save ""', ...replica];
}

async function until(holds: () => boolean, withinMs = 60_000): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}
