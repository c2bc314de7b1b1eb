/** A lab's servers as processes of this machine, on the generated files with local addresses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../../lib/lab/lab.js';
import type { NodeModel } from '../../../lib/model/model.js';
import { MACHINE } from '../../../lib/render/layout.js';
import type { Engine } from './engines.js';
import { plant, textOf } from './labs.js';
import { run, SEARCHED, said } from './run.js';
import { scratch } from './scratch.js';

export type Service = 'redis' | 'sentinel';

/** What follows runs under the name that comes first, and dies with the tests, whatever ends them. */
const LEASHED = ['--pdeathsig', 'KILL', 'bash', '-c', 'exec -a "$@"', 'bash'];

/** One server: what it was started on, and what it says. */
export class Instance {
  readonly config: string;
  private readonly log: string;
  private child: ChildProcess | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly args: readonly string[],
    readonly service: Service,
    readonly node: NodeModel,
    readonly host: string,
    readonly port: number,
    /** Holds its configuration and its data. */
    readonly folder: string,
  ) {
    this.config = path.join(folder, `${service}.conf`);
    this.log = path.join(folder, `${service}.log`);
  }

  start(): void {
    if (this.child) throw new Error(`${this.service} of ${this.node.name} runs already`);
    const { name, program, args } = this.engine;
    const log = fs.openSync(this.log, 'a');
    this.child = spawn('setpriv', [...LEASHED, name, program, ...args, ...this.args], {
      cwd: this.folder,
      env: { PATH: SEARCHED.join(path.delimiter), LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
  }

  /** What it ended with: 0 after a shutdown in good order; null if it had to be killed. */
  async stop(): Promise<number | null> {
    this.child?.kill('SIGTERM');
    return this.ended(60);
  }

  async ended(seconds: number): Promise<number | null> {
    const { child } = this;
    if (!child) return null;
    const deadline = new AbortController();
    void sleep(seconds * 1000, undefined, deadline).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    deadline.abort();
    this.child = undefined;
    return child.exitCode;
  }

  said(): string {
    return fs.readFileSync(this.log, 'utf8');
  }

  /** Sends a command, and gives the answer as redis-cli puts it into JSON. */
  async ask(...command: string[]): Promise<unknown> {
    const place = ['-h', this.host, '-p', String(this.port)];
    const ran = await run('redis-cli', [...place, '-e', '--json', ...command], { seconds: 60 });
    if (ran.code !== 0) throw new Error(`${said(ran)}\n${this.said()}`);
    // INFO is text for people, which it does not put into JSON.
    return command[0] === 'info' ? ran.stdout : JSON.parse(ran.stdout);
  }
}

/** The servers of a lab, none of them started. */
export class LocalLab {
  readonly instances: readonly Instance[];
  private readonly hosts: ReadonlyMap<string, string>;

  constructor(
    engine: Engine,
    readonly lab: Lab,
  ) {
    const { nodes } = lab.model;
    const prefix = freshPrefix();
    this.hosts = new Map(nodes.map(({ ip }, index) => [ip, `${prefix}.${11 + index}`]));
    this.instances = (['redis', 'sentinel'] as const).flatMap((service) =>
      nodes
        .filter((node) => (service === 'redis' ? node.runsRedis : node.runsSentinel))
        .map((node) => this.prepare(engine, service, node)),
    );
  }

  /** The local address that stands for a node's own. */
  hostOf(node: NodeModel): string {
    return this.hosts.get(node.ip) ?? '';
  }

  of(service: Service): Instance[] {
    return this.instances.filter((instance) => instance.service === service);
  }

  /** Ends all that run, and gives what they ended with. */
  async stop(): Promise<(number | null)[]> {
    return Promise.all(this.instances.map((instance) => instance.stop()));
  }

  /** The generated file and unit; nothing changes but addresses and folders. */
  private prepare(engine: Engine, service: Service, node: NodeModel): Instance {
    const { redis, sentinel } = this.lab.model;
    const folder = scratch(`${node.name}-${service}`);
    let config = textOf(this.lab, `nodes/${node.name}/${service}.conf`);
    config = plant(config, ` ${MACHINE.loopback.join(' ')}\n`, '\n');
    config = plant(config, `dir ${MACHINE.dataDir}\n`, `dir ${folder}\n`);
    for (const [ip, host] of this.hosts) {
      config = config.replaceAll(new RegExp(`(?<![\\d.])${ip}(?![\\d.])`, 'g'), host);
    }
    const unit = textOf(this.lab, `nodes/${node.name}/redis-${unitName[service]}.service`);
    const [, command = ''] = /^ExecStart=\S+ (.*)$/m.exec(unit) ?? [];
    const args = plant(command, `${MACHINE.configDir}/`, `${folder}/`).split(' ');
    const port = service === 'redis' ? redis.port : sentinel.port;
    const host = this.hostOf(node);
    const instance = new Instance(engine, args, service, node, host, port, folder);
    fs.writeFileSync(instance.config, config);
    return instance;
  }
}

const unitName: Readonly<Record<Service, string>> = { redis: 'server', sentinel: 'sentinel' };

let taken = 0;

/** Three octets of loopback that no other test run is likely to have, nor a lab on this machine. */
function freshPrefix(): string {
  taken += 1;
  return `127.${64 + (process.pid % 128)}.${(Math.floor(process.pid / 128) + taken) % 256}`;
}
